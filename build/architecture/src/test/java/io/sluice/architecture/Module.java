package io.sluice.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Our modules, what each may import, and what each shows to the others: the module table of ARCHITECTURE.md as code. */
enum Module {
    CONFIG("config", Shows.ROOT),
    METRICS("metrics", Shows.ROOT),
    PROTOCOL("protocol", Shows.ALL),
    LOG("log", Shows.API, CONFIG, METRICS),
    QUEUE_GROUPS("queuegroups", Shows.API, PROTOCOL, LOG, CONFIG, METRICS),
    TENANT_MANAGER("tenantmanager", Shows.API, PROTOCOL, LOG, CONFIG, METRICS),
    GATEWAY("gateway", Shows.API, PROTOCOL, QUEUE_GROUPS, TENANT_MANAGER, CONFIG, METRICS),
    CLIENT("client", Shows.ALL, PROTOCOL),
    CLI("cli", Shows.NOTHING, CLIENT, PROTOCOL),
    APP("app", Shows.NOTHING, CONFIG, METRICS, PROTOCOL, LOG, QUEUE_GROUPS, TENANT_MANAGER, GATEWAY),
    BENCHMARK("benchmark", Shows.NOTHING, CLIENT, QUEUE_GROUPS, LOG, PROTOCOL, CONFIG, METRICS);

    /** What of a module its importers may name; {@code .api} and {@code .spi} packages are open wherever the module is. */
    private enum Shows {
        NOTHING,
        API,
        ROOT,
        ALL
    }

    static final String OURS = "io.sluice.";

    private final String rootPackage;
    private final Shows shows;
    private final List<Module> imports;

    Module(String name, Shows shows, Module... imports) {
        this.rootPackage = OURS + name;
        this.shows = shows;
        this.imports = List.of(imports);
    }

    static Optional<Module> of(JavaClass type) {
        return Arrays.stream(values()).filter(module -> module.owns(type)).findFirst();
    }

    boolean owns(JavaClass type) {
        return (type.getPackageName() + '.').startsWith(rootPackage + '.');
    }

    boolean mayImport(Module other) {
        return imports.contains(other);
    }

    /** Main wires, so it also sees the root packages that hold what a module is started by; benchmarks measure insides. */
    boolean maySee(Module owner, JavaClass type) {
        String inside = type.getPackageName().substring(owner.rootPackage.length());
        boolean root = inside.isEmpty();
        return owner.shows == Shows.ALL
                || owner.shows == Shows.ROOT && root
                || owner.shows != Shows.NOTHING && (inside + '.').matches("\\.(api|spi)\\..*")
                || this == APP && root
                || this == BENCHMARK;
    }
}
