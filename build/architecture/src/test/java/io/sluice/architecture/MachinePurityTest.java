package io.sluice.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import java.util.stream.BaseStream;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The same entries must give the same state and effects on every replica, in every JVM. */
final class MachinePurityTest {
    private static final Set<String> UNORDERED_FACTORIES = Set.of("of", "ofEntries", "copyOf");
    private static final Set<String> UNORDERED_COLLECTORS =
            Set.of("toSet", "toMap", "toUnmodifiableSet", "toUnmodifiableMap", "groupingBy", "partitioningBy");

    @Test
    void machineDependsOnValuesOnly() {
        Ours.obey(noMachine()
                .should()
                .dependOnClassesThat(describe(
                        "are ours, outside the machine, the module's API and the protocol's values",
                        type -> type.getPackageName().startsWith(Module.OURS)
                                && !resideInAnyPackage(
                                                "io.sluice.queuegroups.machine..",
                                                "io.sluice.queuegroups.api..",
                                                "io.sluice.protocol")
                                        .test(type))));
    }

    @Test
    void machineHasNoClock() {
        Ours.obey(noMachine()
                .should()
                .dependOnClassesThat(oneOf("tell the time", Clock.class, Timer.class))
                .orShould()
                .accessTargetWhere(call(
                        "asks for the time",
                        target -> target.getName().equals("now")
                                && target.getOwner().getPackageName().startsWith("java.time"))));
    }

    @Test
    void machineDoesNotTouchTheSystem() {
        Ours.obey(noMachine()
                .should()
                .accessTargetWhere(call(
                        "uses System (clock, environment, identity hash, console, exit) beyond arraycopy",
                        target -> target.getOwner().isEquivalentTo(System.class)
                                && !target.getName().equals("arraycopy")))
                .orShould()
                .dependOnClassesThat(
                        oneOf("reach the system", Runtime.class, ProcessHandle.class, ProcessBuilder.class)));
    }

    @Test
    void machineHasNoRandom() {
        Ours.obey(noMachine()
                .should()
                .dependOnClassesThat(oneOf("are random", Random.class, SplittableRandom.class, UUID.class))
                .orShould()
                .dependOnClassesThat(resideInAnyPackage("java.util.random..", "java.security.."))
                .orShould()
                .accessTargetWhere(call(
                        "is random",
                        target -> target.getName().equals("random")
                                && target.getOwner().isEquivalentTo(Math.class))));
    }

    @Test
    void machineDoesNoInputOrOutput() {
        Ours.obey(noMachine()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.io..",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "java.net..",
                        "javax.net..",
                        "java.sql..")));
    }

    @Test
    void machineHasNoLogger() {
        Ours.obey(noMachine()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "org.slf4j..", "java.util.logging..", "ch.qos.logback..", "io.micrometer..")));
    }

    @Test
    void machineKnowsNoFramework() {
        Ours.obey(noMachine()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.vertx..",
                        "io.netty..",
                        "com.hazelcast..",
                        "com.alipay..",
                        "com.fasterxml..",
                        "io.github.bucket4j..")));
    }

    @Test
    void machineHasNoThreads() {
        Ours.obey(noMachine()
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.util.concurrent.."))
                .orShould()
                .dependOnClassesThat(oneOf("are about threads", Thread.class, ThreadLocal.class))
                .orShould()
                .accessTargetWhere(call(
                        "goes parallel",
                        target -> target.getName().startsWith("parallel")
                                && (target.getOwner().isAssignableTo(BaseStream.class)
                                        || target.getOwner().getPackageName().equals("java.util")))));
    }

    @Test
    void machineHasNoCollectionsWithoutOrder() {
        Ours.obey(noMachine()
                .should()
                .dependOnClassesThat(oneOf(
                        "iterate in an order that differs between replicas",
                        HashMap.class,
                        HashSet.class,
                        IdentityHashMap.class,
                        WeakHashMap.class,
                        Hashtable.class))
                .orShould()
                .dependOnClassesThat(describe(
                        "are fastutil hash tables that are not linked: their order depends on their history",
                        type -> type.getPackageName().startsWith("it.unimi.dsi.fastutil")
                                && type.getSimpleName().matches(".*Open(Custom)?Hash(Map|Set|BigSet).*")
                                && !type.getSimpleName().contains("Linked")))
                .orShould()
                .accessTargetWhere(call(
                        "makes an immutable Map or Set, whose order differs between JVMs",
                        target -> UNORDERED_FACTORIES.contains(target.getName())
                                && (target.getOwner().isEquivalentTo(Map.class)
                                        || target.getOwner().isEquivalentTo(Set.class))))
                .orShould()
                .accessTargetWhere(call(
                        "collects into a hash table",
                        target -> UNORDERED_COLLECTORS.contains(target.getName())
                                && target.getOwner().isEquivalentTo(Collectors.class))));
    }

    @Test
    void machineHasNoIdentityHash() {
        Ours.obey(noMachine()
                .should()
                .accessTargetWhere(call(
                        "is an identity hash, which differs between JVMs",
                        target -> List.of("hashCode", "toString").contains(target.getName())
                                && target.getOwner().isEquivalentTo(Object.class)))
                .orShould()
                .accessTargetWhere(call(
                        "is an enum's hash, which differs between JVMs",
                        target -> target.getName().equals("hashCode")
                                && target.getOwner().isAssignableTo(Enum.class))));
    }

    private static GivenClassesConjunction noMachine() {
        return noClasses().that().resideInAPackage("io.sluice.queuegroups.machine..");
    }

    private static DescribedPredicate<JavaClass> oneOf(String description, Class<?>... types) {
        List<String> names = Arrays.stream(types).map(Class::getName).toList();
        return describe(description, type -> names.contains(type.getName()));
    }

    private static DescribedPredicate<JavaAccess<?>> call(String description, Predicate<AccessTarget> target) {
        return describe(description, access -> target.test(access.getTarget()));
    }
}
