package io.sluice.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LayeringTest {
    @Test
    void everyClassBelongsToAModule() {
        Ours.obey(classes().should(new ArchCondition<>("belong to a module") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean known = Module.of(type).isPresent();
                events.add(new SimpleConditionEvent(type, known, type.getName() + " is in no module's package"));
            }
        }));
    }

    @Test
    void modulesImportOnlyTheModulesBelowThem() {
        Ours.obey(classes().should(new OnOtherModules("import only the modules that its own may import") {
            @Override
            boolean isAllowed(Module from, Module to, JavaClass target) {
                return from.mayImport(to);
            }
        }));
    }

    @Test
    void modulesSeeOnlyWhatOthersShow() {
        Ours.obey(classes()
                .should(new OnOtherModules("see only root packages of values, .api and .spi of other modules") {
                    @Override
                    boolean isAllowed(Module from, Module to, JavaClass target) {
                        return from.maySee(to, target);
                    }
                }));
    }

    @Test
    void onlyAppNamesHazelcast() {
        Ours.obey(noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.app..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "com.hazelcast..", "io.vertx.spi.cluster.hazelcast..", "io.github.bucket4j.grid.hazelcast..")));
    }

    @Test
    void onlyLogNamesTheConsensusLibrary() {
        Ours.obey(noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.log..")
                .should()
                .dependOnClassesThat(resideInAPackage("com.alipay.sofa.jraft..")));
    }

    @Test
    void nobodyBridgesTheEventBusToClients() {
        Ours.obey(noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.vertx.ext.web.handler.sockjs..", "io.vertx.ext.bridge..")));
    }

    @Test
    void protocolKnowsBuffersAndNothingElse() {
        Ours.obey(classes()
                .that()
                .resideInAPackage("io.sluice.protocol..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "io.sluice.protocol..", "java..", "io.netty.buffer..", "io.netty.util..", "org.jspecify..")));
    }

    /** Looks at every dependency that crosses from one of our modules to another. */
    private abstract static class OnOtherModules extends ArchCondition<JavaClass> {
        OnOtherModules(String description) {
            super(description);
        }

        abstract boolean isAllowed(Module from, Module to, JavaClass target);

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            Optional<Module> from = Module.of(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                Optional<Module> to = Module.of(target);
                if (from.isPresent() && to.isPresent() && !from.equals(to)) {
                    boolean allowed = isAllowed(from.get(), to.get(), target);
                    events.add(new SimpleConditionEvent(dependency, allowed, dependency.getDescription()));
                }
            }
        }
    }
}
