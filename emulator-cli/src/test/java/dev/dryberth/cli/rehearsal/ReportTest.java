package dev.dryberth.cli.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.dryberth.cli.rehearsal.Report.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class ReportTest {

    private static Tally.Second second(double at, int olds, int news, int failedNews) {
        return new Tally.Second(
                at,
                new Tally.Requests(olds, 0),
                new Tally.Requests(news, failedNews),
                Tally.Requests.NONE);
    }

    private static Report report(Verdict verdict, String reason) {
        return new Report(
                "web",
                "web:1",
                "web:2",
                "CANARY",
                verdict,
                "ROLLBACK_SUCCESSFUL",
                reason,
                240,
                4,
                60,
                20,
                List.of("revision=new,status=500"),
                List.of(
                        new Report.Phase("SCALE_UP", 0, 60),
                        new Report.Phase("PRODUCTION_TRAFFIC_SHIFT", 60, 240)),
                List.of(second(-2, 20, 0, 0), second(0, 20, 0, 0), second(1, 18, 2, 1)),
                List.of(
                        new Report.Sample(0, "SCALE_UP", 0, 2, 0),
                        new Report.Sample(60, "PRODUCTION_TRAFFIC_SHIFT", 10, 2, 2)),
                List.of("(service web) <said> something"));
    }

    private static final Report ALARMED =
            report(
                    Verdict.ROLLS_BACK,
                    "Service deployment rolled back because an alarm was detected.");

    @Test
    void textSaysWhatWouldBecomeOfItAndWhy() {
        assertThat(ReportText.of(ALARMED))
                .contains(
                        "web: web:1 -> web:2  CANARY",
                        "It would roll back after 4 min 0 s (4.0 s here, 60 times faster)",
                        "Decided by    deployment alarm",
                        "Fault         revision=new,status=500",
                        "Requests      40, failed 1 (old 0 of 38, new 1 of 2, without a target 0 of 0)")
                .anyMatch(line ->
                        line.strip()
                                .matches("60.0 s  PRODUCTION_TRAFFIC_SHIFT +10 % +20 +0 +1 +0"));
    }

    @Test
    void jsonHasTheSameAndEverySecond() {
        JsonNode json = ReportJson.of(ALARMED);
        assertThat(json.path("verdict").asText()).isEqualTo("ROLLS_BACK");
        assertThat(json.path("decidedBy").asText()).isEqualTo("deployment alarm");
        assertThat(json.at("/requests/failed").asInt()).isEqualTo(1);
        assertThat(json.at("/requests/new/total").asInt()).isEqualTo(2);
        assertThat(json.path("timeline")).hasSize(3);
        assertThat(json.at("/timeline/0/stage").asText()).isEqualTo("before");
        assertThat(json.at("/timeline/2/productionPercent").asDouble()).isEqualTo(10);
    }

    @Test
    void pageNeedsNothingElseAndLetsNothingIn() {
        String page = ReportPage.of(ALARMED);
        assertThat(page)
                .startsWith("<!doctype html>")
                .contains("<strong>It would roll back</strong>", "&lt;said&gt;")
                .containsPattern("class=\"new line\" d=\"M[0-9.]+ [0-9.]+ L")
                .containsPattern("class=\"wanted\" d=\"M[0-9.]+ [0-9.]+ H[0-9.]+ V[0-9.]+ H")
                .doesNotContain("<said>", "http://", "https://", "<script", "NaN", "Infinity");
    }

    @Test
    void aRehearsalWithoutRequestsHasNoPlots() {
        Report silent =
                new Report(
                        "web",
                        "web:1",
                        "web:2",
                        "ROLLING",
                        Verdict.SUCCEEDS,
                        "SUCCESSFUL",
                        "",
                        10,
                        1,
                        10,
                        0,
                        List.of(),
                        List.of(new Report.Phase("SUCCESSFUL", 0, 10)),
                        List.of(),
                        List.of(),
                        List.of());
        assertThat(ReportPage.of(silent)).doesNotContain("<svg ");
        assertThat(ReportText.of(silent)).contains("Requests      none were sent");
    }

    @ParameterizedTest
    @CsvSource({
        "ROLLS_BACK, Service deployment rolled back because the circuit breaker threshold was exceeded., deployment circuit breaker",
        "ROLLS_BACK, Service deployment rolled back because an alarm was detected., deployment alarm",
        "ROLLS_BACK, Service deployment rolled back because POST_SCALE_UP lifecycle hook(s) failed., lifecycle hook",
        "SUCCEEDS, '', steady state",
        "PAUSES, '', PAUSE hook",
        "UNDECIDED, '', the rehearsal's limit",
        "FAILS, something else, see the reason"
    })
    void namesTheRuleThatDecided(Verdict verdict, String reason, String rule) {
        assertThat(report(verdict, reason).decidedBy()).isEqualTo(rule);
    }
}
