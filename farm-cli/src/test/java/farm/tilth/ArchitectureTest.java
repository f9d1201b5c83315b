package farm.tilth;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of the house, over the compiled classes of every module. ARCHITECTURE.md says why they are. */
class ArchitectureTest {
    private static final Map<String, String> PACKAGES = Map.of(
            "farm-protocol", "farm.tilth.protocol",
            "frame-splitter", "farm.tilth.splitter",
            "render-worker", "farm.tilth.render",
            "inference-worker", "farm.tilth.inference",
            "result-verifier", "farm.tilth.verifier",
            "reward-ledger", "farm.tilth.ledger",
            "farm-api", "farm.tilth.api",
            "farm-cli", "farm.tilth.cli");
    private static final Map<String, Integer> MOST_PACKAGES =
            Map.of("render-worker", 8, "reward-ledger", 6, "farm-api", 10);
    private static final int MOST_PACKAGES_ELSEWHERE = 4;

    private static JavaClasses all;

    @BeforeAll
    static void importClasses() {
        List<Path> folders = PACKAGES.keySet().stream()
                .map(module -> Path.of("..", module, "target", "classes"))
                .toList();
        for (Path folder : folders) {
            assumeTrue(Files.isDirectory(folder), folder + " is not built; the whole build checks the rules");
        }
        all = new ClassFileImporter().importPaths(folders);
    }

    private static DescribedPredicate<JavaClass> ours(String module) {
        return resideInAPackage(PACKAGES.get(module) + "..");
    }

    @Test
    void nothingDependsOnTheCoordinator() {
        noClasses()
                .that(DescribedPredicate.not(ours("farm-api")))
                .should()
                .dependOnClassesThat(ours("farm-api"))
                .check(all);
    }

    @Test
    void modulesKnowOnlyWhatTheirPlaceAllows() {
        Map<String, Set<String>> allowed = Map.of(
                "farm-protocol", Set.of(),
                "frame-splitter", Set.of("farm-protocol"),
                "render-worker", Set.of("farm-protocol", "frame-splitter"),
                "inference-worker", Set.of("farm-protocol", "frame-splitter"),
                "result-verifier", Set.of("farm-protocol"),
                "reward-ledger", Set.of("farm-protocol"),
                "farm-api", Set.of("farm-protocol", "frame-splitter", "result-verifier", "reward-ledger"),
                "farm-cli", Set.of("farm-protocol"));
        allowed.forEach((module, known) -> {
            String[] foreign = PACKAGES.entrySet().stream()
                    .filter(other -> !other.getKey().equals(module) && !known.contains(other.getKey()))
                    .map(other -> other.getValue() + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that(ours(module))
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(foreign))
                    .check(all);
        });
    }

    @Test
    void splitterAndVerifierArePure() {
        DescribedPredicate<JavaClass> pure =
                ours("frame-splitter").or(ours("result-verifier")).as("the splitter and the verifier");
        noClasses()
                .that(pure)
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.nio.file..",
                        "java.net..",
                        "java.sql..",
                        "io.quarkus..",
                        "io.vertx..",
                        "java.util.concurrent.."))
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat(resideInAPackage("java.lang..").and(simpleNameStartingWith("Thread")))
                .check(all);
    }

    @Test
    void librariesStayInTheirRooms() {
        confined("org.bytedeco.cuda..", "farm.tilth.render.cuda..");
        confined("ai.onnxruntime..", "farm.tilth.inference..");
        confined("org.web3j..", "farm.tilth.ledger.chain..");
        confined("io.smallrye.mutiny..", "farm.tilth.api..");
        confined("org.hibernate..", "farm.tilth.api..");
    }

    private static void confined(String library, String room) {
        noClasses()
                .that()
                .resideOutsideOfPackage(room)
                .should()
                .dependOnClassesThat(resideInAPackage(library))
                .check(all);
    }

    @Test
    void sqlLivesOnlyInClassesNamedPostgres() {
        classes()
                .that(new DescribedPredicate<JavaClass>("talk to a database") {
                    @Override
                    public boolean test(JavaClass type) {
                        return type.getDirectDependenciesFromSelf().stream()
                                .map(dependency -> dependency.getTargetClass().getName())
                                .anyMatch(name -> name.startsWith("io.vertx.mutiny.sqlclient.Tuple")
                                        || name.equals("java.sql.PreparedStatement")
                                        || name.equals("java.sql.ResultSet"));
                    }
                })
                .should()
                .haveNameMatching(".*\\.[A-Za-z]*Postgres[A-Za-z]*(\\$.*)?")
                .check(all);
    }

    @Test
    void noTypeHasANameThatSaysNothing() {
        noClasses()
                .that()
                .resideInAPackage("farm.tilth..")
                .and()
                .resideOutsideOfPackage("farm.tilth.protocol.wire..")
                .should()
                .haveNameMatching(".*(Impl|Helper|Helpers|Util|Utils|Manager|Dto)")
                .check(all);
    }

    @Test
    void theInferenceProtocolsKnowWhatIsBehindThemAndNotEachOther() {
        noClasses()
                .that()
                .resideInAnyPackage("farm.tilth.api.inference..", "farm.tilth.api.openai..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("farm.tilth.api.openinference..")
                .check(all);
        noClasses()
                .that()
                .resideInAnyPackage("farm.tilth.api.inference..", "farm.tilth.api.openinference..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("farm.tilth.api.openai..")
                .check(all);
    }

    @Test
    void aSceneDoesNotKnowTheFilesItCameFrom() {
        noClasses()
                .that()
                .resideInAPackage("farm.tilth.render.scene..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("farm.tilth.render.loader..", "farm.tilth.render.sample..")
                .check(all);
    }

    @Test
    void everyModuleHasFewRoomsAndEachSaysWhatItIsFor() throws IOException {
        List<String> silent = new ArrayList<>();
        for (Map.Entry<String, String> module : PACKAGES.entrySet()) {
            Set<String> rooms = all.stream()
                    .map(JavaClass::getPackageName)
                    .filter(name -> name.startsWith(module.getValue()) && !name.endsWith(".wire"))
                    .collect(Collectors.toCollection(TreeSet::new));
            Path sources = Path.of("..", module.getKey(), "src", "main", "java");
            Set<String> withTypes = new TreeSet<>();
            for (String room : rooms) {
                Path folder = sources.resolve(room.replace('.', '/'));
                if (!Files.isDirectory(folder)) {
                    continue; // generated
                }
                if (hasTypes(folder)) {
                    withTypes.add(room);
                    if (!Files.exists(folder.resolve("package-info.java"))) {
                        silent.add(room);
                    }
                }
            }
            withTypes.remove(module.getValue()); // the module's own front door
            int most = MOST_PACKAGES.getOrDefault(module.getKey(), MOST_PACKAGES_ELSEWHERE);
            assertTrue(withTypes.size() <= most, module.getKey() + " has " + withTypes.size() + " rooms: " + withTypes);
        }
        assertEquals(List.of(), silent, "packages without package-info.java");
    }

    private static boolean hasTypes(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.endsWith(".java") && !name.equals("package-info.java"));
        }
    }
}
