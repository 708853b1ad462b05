package io.vlm4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
  private static final String TENSOR = "io.vlm4j.tensor..";
  private static final String TEXT = "io.vlm4j.text..";
  private static final String ENCODERS = "io.vlm4j.encoders..";
  private static final String CONNECTORS = "io.vlm4j.connectors..";
  private static final String LANGUAGE_MODELS = "io.vlm4j.llm..";
  private static final String SYSTEMS = "io.vlm4j.models..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar")) // of other modules
          .importPackages("io.vlm4j");

  @Test
  void onlyTheTensorPackageKnowsTheTensorEngine() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(TENSOR)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl.ndarray..", "ai.djl.pytorch..", "ai.djl.engine.."));
  }

  @Test
  void onlyTensorAndTextKnowDjl() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(TENSOR, TEXT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.."));
  }

  @Test
  void textKnowsTheTokenizersAlone() {
    check(
        noClasses()
            .that()
            .resideInAPackage(TEXT)
            .should()
            .dependOnClassesThat(
                JavaClass.Predicates.resideInAPackage("ai.djl..")
                    .and(
                        JavaClass.Predicates.resideOutsideOfPackages(
                            "ai.djl.huggingface.tokenizers..", "ai.djl.util.."))));
  }

  @Test
  void encodersStandAlone() {
    check(standAlone(ENCODERS, CONNECTORS, LANGUAGE_MODELS, SYSTEMS));
  }

  @Test
  void connectorsStandAlone() {
    check(standAlone(CONNECTORS, ENCODERS, LANGUAGE_MODELS, SYSTEMS));
  }

  @Test
  void languageModelsStandAlone() {
    check(standAlone(LANGUAGE_MODELS, ENCODERS, CONNECTORS, SYSTEMS));
  }

  @Test
  void theCoreKnowsNoneOfThem() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "io.vlm4j.config..",
                "io.vlm4j.error..",
                "io.vlm4j.generate..",
                "io.vlm4j.image..",
                "io.vlm4j.nn..",
                "io.vlm4j.prompt..",
                "io.vlm4j.spi..",
                TENSOR,
                TEXT,
                "io.vlm4j.trace..",
                "io.vlm4j.weights..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vlm4j", ENCODERS, CONNECTORS, LANGUAGE_MODELS, SYSTEMS));
  }

  /** The systems find encoders and language models as anyone else's: by their providers. */
  @Test
  void systemsNameNoEncoderAndNoLanguageModel() {
    check(
        noClasses()
            .that()
            .resideInAPackage(SYSTEMS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENCODERS, LANGUAGE_MODELS));
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching("io.vlm4j.(*)..").should().beFreeOfCycles());
    check(slices().matching("io.vlm4j.models.(*)..").should().beFreeOfCycles());
  }

  /** What the systems share stands below them; it finds them by their providers. */
  @Test
  void whatTheSystemsShareKnowsNoneOfThem() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.vlm4j.models")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vlm4j.models.*.."));
  }

  @Test
  void publicMethodsAreFreeOfDjl() {
    check(
        codeUnits()
            .that()
            .areDeclaredInClassesThat()
            .arePublic()
            .and()
            .arePublic()
            .or()
            .areProtected()
            .should(
                beFreeOfDjl(
                    (JavaCodeUnit unit) ->
                        Stream.concat(
                                unit.getRawParameterTypes().stream(),
                                Stream.of(unit.getRawReturnType()))
                            .toList())));
  }

  @Test
  void publicFieldsAreFreeOfDjl() {
    check(
        fields()
            .that()
            .arePublic()
            .or()
            .areProtected()
            .should(beFreeOfDjl((JavaField field) -> List.of(field.getRawType()))));
  }

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }

  private static ArchRule standAlone(String part, String... others) {
    return noClasses()
        .that()
        .resideInAPackage(part)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others);
  }

  private static <T> ArchCondition<T> beFreeOfDjl(Function<T, List<JavaClass>> types) {
    return new ArchCondition<>("be free of DJL's types") {
      @Override
      public void check(T member, ConditionEvents events) {
        types.apply(member).stream()
            .map(JavaClass::getBaseComponentType)
            .filter(type -> type.getPackageName().startsWith("ai.djl"))
            .forEach(
                type ->
                    events.add(
                        SimpleConditionEvent.violated(member, member + " has " + type.getName())));
      }
    };
  }
}
