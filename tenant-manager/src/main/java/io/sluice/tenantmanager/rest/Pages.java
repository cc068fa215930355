package io.sluice.tenantmanager.rest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Lists a page at a time. */
final class Pages {
    private static final int DEFAULT_LIMIT = 100;

    private Pages() {}

    /** {@code {"<name>":[…],"next":…}}; {@code next} is null on the last page. */
    static <T> JsonObject byName(
            Request request, String name, SortedMap<String, T> items, Function<T, JsonObject> view) {
        String after = request.parameter("after");
        NavigableMap<String, T> all = items instanceof NavigableMap<String, T> map ? map : new TreeMap<>(items);
        return page(request, name, after == null ? all : all.tailMap(after, false), view);
    }

    /** The newest first. */
    static <T> JsonObject bySequence(
            Request request, String name, NavigableMap<Long, T> items, Function<T, JsonObject> view) {
        long before = request.longParameter("before", Long.MAX_VALUE);
        return page(request, name, items.headMap(before, false).descendingMap(), view);
    }

    private static <K, T> JsonObject page(Request request, String name, Map<K, T> rest, Function<T, JsonObject> view) {
        int limit = request.intParameter("limit", DEFAULT_LIMIT);
        JsonArray page = new JsonArray();
        K last = null;
        boolean more = false;
        for (Map.Entry<K, T> entry : rest.entrySet()) {
            if (page.size() == limit) {
                more = true;
                break;
            }
            page.add(view.apply(entry.getValue()));
            last = entry.getKey();
        }
        return new JsonObject().put(name, page).put("next", more ? last : null);
    }
}
