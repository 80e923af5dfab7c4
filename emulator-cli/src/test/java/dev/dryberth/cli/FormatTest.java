package dev.dryberth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every Java source of the repository is as google-java-format leaves it. A test and not a Maven
 * plugin, because the formatter needs the JDK 25 this runs on and a plugin gets the JVM Maven
 * itself was started with.
 */
final class FormatTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Formatter FORMATTER =
            new Formatter(JavaFormatterOptions.builder().style(Style.AOSP).build());

    @Test
    void everySourceIsFormatted() throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.walk(REPOSITORY)) {
            sources =
                    files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file ->
                                    !REPOSITORY.relativize(file).toString().contains("target/"))
                            .toList();
        }
        assertThat(sources).as("Java sources below " + REPOSITORY).isNotEmpty();
        List<Path> unformatted =
                sources.parallelStream()
                        .filter(source -> !isFormatted(source))
                        .map(REPOSITORY::relativize)
                        .sorted()
                        .toList();
        assertThat(unformatted).as("sources to be formatted (run .ci/format)").isEmpty();
    }

    private static boolean isFormatted(Path source) {
        try {
            String text = Files.readString(source);
            String tidy =
                    RemoveUnusedImports.removeUnusedImports(
                            ImportOrderer.reorderImports(text, Style.AOSP));
            return FORMATTER.formatSource(tidy).equals(text);
        } catch (FormatterException | IOException e) {
            throw new AssertionError(source + ": " + e.getMessage(), e);
        }
    }
}
