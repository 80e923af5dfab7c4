package dev.dryberth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.service.ServiceTimings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

final class QuickArgumentsTest {
    @Test
    void meansWhatPicocliMeansForEveryOption() {
        for (OptionSpec option : new CommandLine(new ServeOptions()).getCommandSpec().options()) {
            List<String> arguments = exampleOf(option);
            ServeOptions expected = new ServeOptions();
            new CommandLine(expected)
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .parseArgs(arguments.toArray(String[]::new));

            assertThat(QuickArguments.parse(arguments))
                    .as(String.join(" ", arguments))
                    .get()
                    .usingRecursiveComparison()
                    .isEqualTo(expected);
            assertThat(expected)
                    .as("the example changes something: " + String.join(" ", arguments))
                    .usingRecursiveComparison()
                    .isNotEqualTo(new ServeOptions());
        }
    }

    @Test
    void takesValuesAfterAnEqualsSign() {
        assertThat(QuickArguments.parse(List.of("--port=0", "--ephemeral")))
                .get()
                .satisfies(options -> assertThat(options.port).isZero())
                .satisfies(options -> assertThat(options.ephemeral).isTrue());
    }

    @Test
    void leavesWhatItCannotReadToPicocli() {
        assertThat(QuickArguments.parse(List.of("--help"))).isEmpty();
        assertThat(QuickArguments.parse(List.of("--port"))).isEmpty();
        assertThat(QuickArguments.parse(List.of("--port", "http"))).isEmpty();
        assertThat(QuickArguments.parse(List.of("--runtime", "podman"))).isEmpty();
        assertThat(QuickArguments.parse(List.of("--ephemeral=yes"))).isEmpty();
        assertThat(QuickArguments.parse(List.of("--bind", "--ephemeral"))).isEmpty();
        assertThat(QuickArguments.parse(List.of("serve"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"--account,12", "--account,12345678901x", "--region,us east", "--region,''"})
    void refusesARegionOrAccountThatCouldBeNone(String option, String value) {
        ServeOptions options = new ServeOptions();
        new CommandLine(options).parseArgs(option, value);

        assertThatThrownBy(options::check)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(option + ": '" + value + "' (expected: ");
    }

    @Test
    void setsTheSchedulersWaitsOneAfterTheOther() {
        ServeOptions options = new ServeOptions();
        new CommandLine(options)
                .parseArgs(
                        "--timing",
                        "aws",
                        "--timing",
                        "healthy-after=0.5",
                        "--timing",
                        "first-backoff=7");

        assertThat(options.timings())
                .isEqualTo(
                        new ServiceTimings(
                                Duration.ofMillis(500),
                                Duration.ofSeconds(7),
                                ServiceTimings.AWS.maxBackoff(),
                                ServiceTimings.AWS.placementRetry(),
                                ServiceTimings.AWS.repeatProblem()));
    }

    @Test
    void refusesATimingThatIsNone() {
        ServeOptions options = new ServeOptions();
        new CommandLine(options).parseArgs("--timing", "nap=1");

        assertThatThrownBy(options::check)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--timing: 'nap=1' (expected: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lambda=http://127.0.0.1:3001",
                "lambda:hello=http://127.0.0.1:9000/2015-03-31/functions/function/invocations"
            })
    void takesWhereFunctionsAre(String delegate) {
        ServeOptions options = new ServeOptions();
        new CommandLine(options).parseArgs("--delegate", delegate);

        options.check();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "lambda | 'lambda' (expected: a URL like ",
                "lambda= | '' (expected: a URL like ",
                "lambda=localhost | 'localhost' (expected: a URL like ",
                "lambda:a b=http://127.0.0.1 | 'a b' (expected: a function's name ",
                "sqs=http://127.0.0.1 | 'sqs=http://127.0.0.1' (expected: lambda=URL or "
            })
    void refusesADelegateThatIsNone(String delegate, String message) {
        ServeOptions options = new ServeOptions();
        new CommandLine(options).parseArgs("--delegate", delegate);

        assertThatThrownBy(options::check)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--delegate: ")
                .hasMessageContaining(message);
    }

    private static List<String> exampleOf(OptionSpec option) {
        List<String> arguments = new ArrayList<>(List.of(option.longestName()));
        if (option.arity().max() > 0) {
            arguments.add(
                    switch (option.longestName()) {
                        case "--runtime" -> "simulated";
                        case "--sync" -> "full";
                        case "--log-format" -> "json";
                        default -> "7";
                    });
        }
        return arguments;
    }
}
