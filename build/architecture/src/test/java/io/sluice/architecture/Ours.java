package io.sluice.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;

/** All classes that we ship, read once. */
final class Ours {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("io.sluice")
            .that(DescribedPredicate.describe("are written by hand", Ours::isWrittenByHand));

    private Ours() {}

    /** A rule about a package that has no class yet holds. */
    static void obey(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    private static boolean isWrittenByHand(JavaClass type) {
        return !type.getPackageName().contains("jmh_generated");
    }
}
