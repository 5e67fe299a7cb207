package io.berth.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.berth.BerthApplication;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** The walls of the house: what each module is, what it may import, and what it may touch. */
class HouseTests {

    private static final String ROOT = "io.berth";
    private static final JavaClasses HOUSE =
            new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(ROOT);

    @Test
    void modulesKeepTheirSubPackagesPrivateAndHaveNoCycles() {
        ApplicationModules.of(BerthApplication.class).verify();
    }

    @Test
    void everyModuleHasItsPlace() {
        Set<String> found = new TreeSet<>();
        HOUSE.forEach(type -> found.add(moduleOf(type)));
        found.remove("");
        assertThat(Floors.modules()).containsAll(found);
    }

    @Test
    void importsGoDownOnly() {
        classes().should(importOnlyAllowedModules()).because("a module stands on the floors below it").check(HOUSE);
    }

    @Test
    void onlyFfiTouchesNativeBindings() {
        noClasses().that().resideOutsideOfPackage(ROOT + ".ffi..").should().dependOnClassesThat()
                .resideInAnyPackage("jnr..", "com.kenai.jffi..", "java.lang.foreign..")
                .because("ffi is the only door to native code").check(HOUSE);
    }

    @Test
    void onlyRowsTouchJpaAndNoneIsPublic() {
        noClasses().that().haveNameNotMatching(".*Rows?(\\$.*)?").should().dependOnClassesThat()
                .resideInAnyPackage("jakarta.persistence..", "org.hibernate..", "org.springframework.data..")
                .because("an entity is a row and stays in its module").check(HOUSE);
        classes().that().haveNameMatching(".*Rows?").and().resideInAPackage(ROOT + "..").should().notBePublic()
                .allowEmptyShould(true).because("modules hand out records").check(HOUSE);
    }

    @Test
    void onlyDoorsTouchTheWeb() {
        noClasses().that(resideOutsideDoors()).should().dependOnClassesThat()
                .resideInAnyPackage("jakarta.servlet..", "jakarta.websocket..", "org.springframework.web..",
                        "org.springframework.http..", "org.apache.catalina..", "org.apache.coyote..", "org.apache.tomcat..")
                .because("controllers translate, modules do not know of HTTP").check(HOUSE);
    }

    @Test
    void noOtherProgramIsStarted() {
        noClasses().should().dependOnClassesThat().belongToAnyOf(ProcessBuilder.class)
                .orShould().callMethodWhere(DescribedPredicate.describe("Runtime.exec",
                        call -> call.getTargetOwner().isEquivalentTo(Runtime.class) && call.getName().equals("exec")))
                .because("Berth does by itself what others start programs for").check(HOUSE);
    }

    @Test
    void settingsComeFromConfigurationRecords() {
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName("org.springframework.beans.factory.annotation.Value")
                .orShould().callMethod(System.class, "getenv").orShould().callMethod(System.class, "getenv", String.class)
                .because("each property has one typed place").check(HOUSE);
    }

    @Test
    void nothingSleepsInALoop() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class)
                .orShould().callMethod(Thread.class, "sleep", java.time.Duration.class)
                .because("waiting is for an event, a latch or a pidfd").check(HOUSE);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses().that().resideInAPackage(ROOT + "..").should()
                .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils)(\\$.*)?")
                .because("such a name says nothing").check(HOUSE);
        noClasses().should().resideInAnyPackage(ROOT + ".util..", ROOT + ".common..", ROOT + ".helper..",
                ROOT + ".manager..", ROOT + ".impl..").check(HOUSE);
    }

    @Test
    void rowsAreNotHandedOut() {
        methods().that().arePublic().and().areDeclaredInClassesThat().arePublic()
                .should().notHaveRawReturnType(DescribedPredicate.describe("a row",
                        type -> type.getSimpleName().endsWith("Row") && type.getPackageName().startsWith(ROOT)
                                && type.isAnnotatedWith("jakarta.persistence.Entity")))
                .allowEmptyShould(true).check(HOUSE);
    }

    private static ArchCondition<JavaClass> importOnlyAllowedModules() {
        return new ArchCondition<>("import only modules of the floors below") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String from = moduleOf(type);
                if (from.isEmpty()) {
                    return;
                }
                Set<String> allowed = Floors.allowedFor(from);
                type.getDirectDependenciesFromSelf().forEach(dependency -> {
                    String to = moduleOf(dependency.getTargetClass());
                    if (!to.isEmpty() && !to.equals(from) && !allowed.contains(to)) {
                        events.add(SimpleConditionEvent.violated(type, from + " imports " + to + ": " + dependency.getDescription()));
                    }
                });
            }
        };
    }

    private static DescribedPredicate<JavaClass> resideOutsideDoors() {
        Set<String> doors = Floors.doorsAndHttp();
        return DescribedPredicate.describe("reside outside the doors", type -> !doors.contains(moduleOf(type)));
    }

    /** The module of a class: the package below the root; empty for the application itself and for classes of others. */
    private static String moduleOf(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(ROOT + ".")) {
            return "";
        }
        String below = name.substring(ROOT.length() + 1);
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }
}
