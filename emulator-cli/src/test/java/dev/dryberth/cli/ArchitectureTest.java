package dev.dryberth.cli;

import static com.tngtech.archunit.base.DescribedPredicate.and;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. Stands in emulator-cli because only that sees every module. */
@AnalyzeClasses(packages = "dev.dryberth", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String CORE = "dev.dryberth.core..";
    private static final String API = "dev.dryberth.api..";
    private static final String CLI = "dev.dryberth.cli..";
    private static final String MODEL = "dev.dryberth.core.model..";
    private static final String ENGINE = "dev.dryberth.core.engine..";
    private static final String DOCKER = "dev.dryberth.core.runtime.docker..";
    private static final String JOURNAL = "dev.dryberth.core.runtime.journal..";

    @ArchTest
    static final ArchRule coreKnowsNeitherApiNorCli =
            noClasses()
                    .that()
                    .resideInAPackage(CORE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(API, CLI);

    @ArchTest
    static final ArchRule apiDoesNotKnowCli =
            noClasses()
                    .that()
                    .resideInAPackage(API)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(CLI);

    @ArchTest
    static final ArchRule modelKnowsNothingOfOurs =
            noClasses()
                    .that()
                    .resideInAPackage(MODEL)
                    .should()
                    .dependOnClassesThat(
                            and(
                                    com.tngtech.archunit.core.domain.JavaClass.Predicates
                                            .resideInAPackage("dev.dryberth.."),
                                    not(
                                            com.tngtech.archunit.core.domain.JavaClass.Predicates
                                                    .resideInAPackage(MODEL))));

    @ArchTest
    static final ArchRule nothingInCoreKnowsTheEngine =
            noClasses()
                    .that()
                    .resideInAPackage(CORE)
                    .and()
                    .resideOutsideOfPackage(ENGINE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(ENGINE);

    @ArchTest
    static final ArchRule onlyTheCompositionRootKnowsDockerAndTheJournal =
            noClasses()
                    .that()
                    .resideInAnyPackage(CORE, API)
                    .and()
                    .resideOutsideOfPackages(DOCKER, JOURNAL)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(DOCKER, JOURNAL);

    @ArchTest
    static final ArchRule onlyTheDockerRuntimeKnowsDockerJava =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(DOCKER)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("com.github.dockerjava..");

    @ArchTest
    static final ArchRule onlyTheJournalKnowsTheDatabase =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(JOURNAL)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.sqlite..", "java.sql..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("dev.dryberth.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule httpAndProxyKnowNoService =
            noClasses()
                    .that()
                    .resideInAnyPackage("dev.dryberth.api.http..", "dev.dryberth.api.proxy..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.dryberth.api.aws..",
                            "dev.dryberth.api.ecs..",
                            "dev.dryberth.api.elbv2..",
                            "dev.dryberth.api.ec2..",
                            "software.amazon.awssdk..");

    @ArchTest
    static final ArchRule onlyApisSocketsKnowNetty =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "dev.dryberth.api.http..",
                            "dev.dryberth.api.proxy..",
                            "dev.dryberth.api.metadata..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule onlyTheCommandLineSpeaksToTheTerminal =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(CLI)
                    .should(
                            com.tngtech.archunit.library.GeneralCodingRules
                                    .ACCESS_STANDARD_STREAMS);
}
