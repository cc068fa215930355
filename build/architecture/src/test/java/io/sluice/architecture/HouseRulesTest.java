package io.sluice.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HouseRulesTest {
    private static final Set<String> NEVER_SHARED =
            Set.of("java.lang.ThreadLocal", "java.lang.StringBuilder", "java.util.BitSet");

    @Test
    void staticFieldsAreFinal() {
        Ours.obey(fields().that().areStatic().and(standInTheSource()).should().beFinal());
    }

    @Test
    void staticFieldsHoldNothingThatChanges() {
        Ours.obey(noFields()
                .that()
                .areStatic()
                .and(standInTheSource())
                .should()
                .haveRawType(describe("can change", HouseRulesTest::canChange)));
    }

    @Test
    void arraysThatOthersSeeAreNotStatic() {
        Ours.obey(noFields()
                .that()
                .areStatic()
                .and()
                .areNotPrivate()
                .and(standInTheSource())
                .should()
                .haveRawType(describe("are arrays", JavaClass::isArray)));
    }

    @Test
    void enumsHoldNoState() {
        Ours.obey(fields().that()
                .areDeclaredInClassesThat()
                .areEnums()
                .and()
                .areNotStatic()
                .should()
                .beFinal());
    }

    @Test
    void concreteClassesAreFinal() {
        Ours.obey(classes().that(areConcrete()).should().haveModifier(FINAL));
    }

    @Test
    void nobodyInheritsFromOurConcreteClasses() {
        Ours.obey(noClasses().should(new ArchCondition<>("extend a concrete class of ours") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getRawSuperclass()
                        .filter(parent -> Module.of(parent).isPresent())
                        .filter(parent -> !parent.getModifiers().contains(ABSTRACT) && !parent.isEnum())
                        .ifPresent(parent -> events.add(SimpleConditionEvent.satisfied(
                                type, type.getName() + " extends the concrete " + parent.getName())));
            }
        }));
    }

    @Test
    void onlyMainsExit() {
        Ours.obey(noClasses()
                .that()
                .resideOutsideOfPackages("io.sluice.app..", "io.sluice.cli..", "io.sluice.benchmark..")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class));
    }

    /** Not what the compiler adds, such as the tables behind a switch over an enum. */
    private static DescribedPredicate<JavaField> standInTheSource() {
        return describe("stand in the source", field -> !field.getModifiers().contains(SYNTHETIC));
    }

    /** JMH makes subclasses of a benchmark's state, so that module is left out. */
    private static DescribedPredicate<JavaClass> areConcrete() {
        return describe(
                "are concrete",
                type -> !type.isInterface()
                        && !type.isEnum()
                        && !type.isAnonymousClass()
                        && !type.getModifiers().contains(ABSTRACT)
                        && !Module.BENCHMARK.owns(type));
    }

    private static boolean canChange(JavaClass type) {
        return NEVER_SHARED.contains(type.getName())
                || type.getPackageName().equals("java.util.concurrent.atomic")
                        && !type.getName().endsWith("FieldUpdater")
                || type.getPackageName().equals("java.util.concurrent.locks") && !type.isInterface()
                || !type.isInterface() && (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class))
                || type.isAssignableTo("java.util.concurrent.ConcurrentMap")
                || type.isAssignableTo("java.util.Queue");
    }
}
