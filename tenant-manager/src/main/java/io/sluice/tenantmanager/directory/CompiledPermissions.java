package io.sluice.tenantmanager.directory;

import io.sluice.tenantmanager.api.Permissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Permissions of the form {@code publish:GROUP/QUEUE} and {@code consume:GROUP/QUEUE}, {@code *} for any characters, ready to be asked. */
public final class CompiledPermissions implements Permissions {
    private static final String NAME = "[a-z0-9._*-]{1,64}";
    private static final Pattern FORM = Pattern.compile("(publish|consume):(" + NAME + ")/(" + NAME + ")");

    private final Rule[] publish;
    private final Rule[] consume;

    private record Rule(Glob group, Glob queue) {
        boolean matches(String groupName, String queueName) {
            return group.matches(groupName) && queue.matches(queueName);
        }
    }

    private CompiledPermissions(Rule[] publish, Rule[] consume) {
        this.publish = publish;
        this.consume = consume;
    }

    /** What is wrong with a permission and what would be right, or null. */
    public static @Nullable String problem(String permission) {
        return FORM.matcher(permission).matches()
                ? null
                : "'" + permission
                        + "' is not a permission: write publish:GROUP/QUEUE or consume:GROUP/QUEUE, * for any characters,"
                        + " for example publish:orders/*";
    }

    /** @param permissions each without a {@link #problem} */
    public static CompiledPermissions of(List<String> permissions) {
        return new CompiledPermissions(rules("publish:", permissions), rules("consume:", permissions));
    }

    private static Rule[] rules(String verb, List<String> permissions) {
        List<Rule> rules = new ArrayList<>();
        for (String permission : permissions) {
            if (permission.startsWith(verb)) {
                int slash = permission.indexOf('/');
                Rule rule = new Rule(
                        new Glob(permission.substring(verb.length(), slash)),
                        new Glob(permission.substring(slash + 1)));
                if (rule.group().isAll() && rule.queue().isAll()) {
                    return new Rule[] {rule};
                }
                rules.add(rule);
            }
        }
        return rules.toArray(Rule[]::new);
    }

    @Override
    public boolean mayPublish(String group, String queue) {
        return any(publish, group, queue);
    }

    @Override
    public boolean mayConsume(String group, String queue) {
        return any(consume, group, queue);
    }

    private static boolean any(Rule[] rules, String group, String queue) {
        for (Rule rule : rules) {
            if (rule.matches(group, queue)) {
                return true;
            }
        }
        return false;
    }
}
