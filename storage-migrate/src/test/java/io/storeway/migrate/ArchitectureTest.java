package io.storeway.migrate;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.storeway.sql.SchemaChange;
import java.util.List;
import java.util.Map;

/** The arrows between the modules, and what may stand in a public signature. This module's tests see all the others. */
@AnalyzeClasses(packages = "io.storeway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] API = {
        "io.storeway", "io.storeway.error..", "io.storeway.internal", "io.storeway.spi..", "io.storeway.layout.."
    };
    private static final String[] ENGINES = {
        "org.jdbi..", "com.fasterxml..", "org.h2..", "org.sqlite..", "com.zaxxer..", "io.lettuce.."
    };

    @ArchTest
    static final ArchRule apiNeedsTheJdkAlone = classes()
            .that()
            .resideInAnyPackage(API)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(API)
                    .or(resideInAnyPackage("java.lang..", "java.util..", "java.time..", "java.math.."))
                    .or(resideInAnyPackage(
                            "java.io..", "java.nio..", "java.security..", "org.jspecify.annotations..")));

    @ArchTest
    static final ArchRule kvKnowsNoSql = noClasses()
            .that()
            .resideInAPackage("io.storeway.kv..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.sql..", "javax.sql..", "org.jdbi..", "io.storeway.sql..", "io.storeway.migrate..");

    @ArchTest
    static final ArchRule sqlKnowsNoKeyValueStore = noClasses()
            .that()
            .resideInAPackage("io.storeway.sql..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.storeway.kv..", "io.storeway.migrate..");

    @ArchTest
    static final ArchRule migrateKnowsNoBackend = classes()
            .that()
            .resideInAPackage("io.storeway.migrate..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(API)
                    .or(resideInAnyPackage(
                            "io.storeway.migrate..",
                            "io.github.resilience4j..",
                            "java..",
                            "com.sun.net.httpserver..",
                            "dev.openfeature..",
                            "org.jspecify.annotations..")));

    @ArchTest
    static final ArchRule testkitKnowsNoBackend = noClasses()
            .that()
            .resideInAPackage("io.storeway.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.storeway.kv..", "io.storeway.sql..", "io.storeway.migrate..");

    @ArchTest
    static final ArchRule publicSignaturesNameNoEngine = codeUnits()
            .that()
            .areDeclaredInClassesThat(not(resideInAnyPackage("..internal..")).and(publicClasses()))
            .and(callableFromOutside())
            .should()
            .notHaveRawParameterTypes(anyEngineParameter())
            .andShould()
            .notHaveRawReturnType(resideInAnyPackage(ENGINES));

    @ArchTest
    static final ArchRule modulesHaveNoCycles =
            slices().matching("io.storeway.(kv|sql|migrate|testkit)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule internalPackagesHaveNoCycles =
            slices().matching("io.storeway.(**).internal.(*)..").should().beFreeOfCycles();

    /** The layers, not the storages and builders over them: a step of a script is the only type of the API that they make. */
    @ArchTest
    static final ArchRule internalPackagesOfSqlKnowNoStorage = noClasses()
            .that()
            .resideInAPackage("io.storeway.sql.internal..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.storeway.sql")
                    .and(not(assignableTo(SchemaChange.class).or(assignableTo(SchemaChange.Phase.class)))));

    @ArchTest
    static final ArchRule nothingIsReadBackFromSerializedObjects =
            noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.io.ObjectInputStream");

    @ArchTest
    static void everyModuleIsSeen(JavaClasses all) {
        Map.of(
                        "io.storeway.spi",
                        10,
                        "io.storeway.kv",
                        10,
                        "io.storeway.sql.internal",
                        80,
                        "io.storeway.migrate",
                        15,
                        "io.storeway.migrate.internal",
                        45,
                        "io.storeway.migrate.routing.internal",
                        60,
                        "io.storeway.testkit",
                        5)
                .forEach((name, atLeast) -> assertThat(all.stream()
                                .filter(type -> type.getPackageName().startsWith(name))
                                .count())
                        .as("classes seen in " + name)
                        .isGreaterThanOrEqualTo(atLeast));
    }

    private static DescribedPredicate<JavaClass> publicClasses() {
        return DescribedPredicate.describe(
                "are public", type -> type.getModifiers().contains(JavaModifier.PUBLIC));
    }

    private static DescribedPredicate<JavaCodeUnit> callableFromOutside() {
        return DescribedPredicate.describe(
                "are public or protected",
                unit -> unit.getModifiers().contains(JavaModifier.PUBLIC)
                        || unit.getModifiers().contains(JavaModifier.PROTECTED));
    }

    private static DescribedPredicate<List<JavaClass>> anyEngineParameter() {
        return DescribedPredicate.describe(
                "of an engine", types -> types.stream().anyMatch(resideInAnyPackage(ENGINES)));
    }
}
