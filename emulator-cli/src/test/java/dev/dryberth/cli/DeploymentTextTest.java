package dev.dryberth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/** The frames of {@code dryberth deployment watch}. */
class DeploymentTextTest {

    private static final String BAKING =
            """
            {"service": "arn:aws:ecs:us-east-1:000000000000:service/default/web",
             "now": "2026-01-01T00:01:30Z", "summary": "It waits.", "desired": 2,
             "deployment": {
               "arn": "arn:x:service-deployment/default/web/abc", "status": "IN_PROGRESS",
               "createdAt": "2026-01-01T00:00:00Z", "startedAt": "2026-01-01T00:00:00Z",
               "strategy": "BLUE_GREEN",
               "stages": [
                 {"stage": "PRE_SCALE_UP", "state": "DONE"}, {"stage": "SCALE_UP", "state": "DONE"},
                 {"stage": "POST_SCALE_UP", "state": "DONE"},
                 {"stage": "TEST_TRAFFIC_SHIFT", "state": "DONE"},
                 {"stage": "POST_TEST_TRAFFIC_SHIFT", "state": "DONE"},
                 {"stage": "PRE_PRODUCTION_TRAFFIC_SHIFT", "state": "DONE"},
                 {"stage": "PRODUCTION_TRAFFIC_SHIFT", "state": "DONE"},
                 {"stage": "POST_PRODUCTION_TRAFFIC_SHIFT", "state": "DONE"},
                 {"stage": "BAKE_TIME", "state": "PRESENT", "since": "2026-01-01T00:01:00Z",
                  "until": "2026-01-01T00:02:00Z"},
                 {"stage": "CLEAN_UP", "state": "TO_COME"}],
               "productionPercent": 100.0, "testPercent": 100.0, "hooks": []},
             "revisions": [
               {"role": "NEW", "taskDefinition": "arn:x:task-definition/web:2", "desired": 2,
                "running": 2, "pending": 0, "healthy": 2, "failed": 0},
               {"role": "OLD", "taskDefinition": "arn:x:task-definition/web:1", "desired": 2,
                "running": 2, "pending": 0, "healthy": 1, "failed": 3}],
             "stopping": 0,
             "waits": [{"rule": "BAKE_TIME",
                        "text": "all traffic is green's; the deployment bakes",
                        "until": "2026-01-01T00:02:00Z"}],
             "next": [{"text": "the deployment goes on if no alarm went off",
                       "at": "2026-01-01T00:02:00Z"}],
             "events": [{"at": "2026-01-01T00:00:59.123456Z", "message": "(service web) six"},
                        {"at": "2026-01-01T00:00:05Z", "message": "(service web) five"},
                        {"at": "2026-01-01T00:00:04Z", "message": "(service web) four"},
                        {"at": "2026-01-01T00:00:03Z", "message": "(service web) three"},
                        {"at": "2026-01-01T00:00:02Z", "message": "(service web) two"},
                        {"at": "2026-01-01T00:00:01Z", "message": "(service web) one"}]}
            """;

    private static final String CANARY =
            """
            {"service": "arn:x:service/default/web", "now": "2026-01-01T00:01:06Z", "desired": 4,
             "deployment": {
               "arn": "arn:x:service-deployment/default/web/abc", "status": "IN_PROGRESS",
               "createdAt": "2026-01-01T00:00:00Z", "startedAt": "2026-01-01T00:00:06Z",
               "strategy": "CANARY",
               "stages": [
                 {"stage": "PRE_PRODUCTION_TRAFFIC_SHIFT", "state": "DONE"},
                 {"stage": "PRODUCTION_TRAFFIC_SHIFT", "state": "PRESENT",
                  "since": "2026-01-01T00:01:00Z", "until": "2026-01-01T00:01:24Z"},
                 {"stage": "BAKE_TIME", "state": "TO_COME"}],
               "productionPercent": 10.0,
               "steps": [{"percent": 10.0, "state": "PRESENT"},
                         {"percent": 100.0, "state": "TO_COME"}]},
             "revisions": [], "stopping": 0, "waits": [], "next": [], "events": []}
            """;

    private static final String PAUSED =
            """
            {"service": "arn:x:service/default/web", "now": "2026-01-01T00:01:06Z", "desired": 4,
             "deployment": {
               "arn": "arn:x:service-deployment/default/web/abc", "status": "IN_PROGRESS",
               "createdAt": "2026-01-01T00:00:00Z", "strategy": "BLUE_GREEN",
               "stages": [{"stage": "POST_SCALE_UP", "state": "PRESENT",
                           "since": "2026-01-01T00:01:00Z"}],
               "productionPercent": 0.0, "testPercent": 0.0,
               "hooks": [
                 {"id": "ecs-lambda-0", "stage": "PRE_SCALE_UP", "status": "SUCCEEDED"},
                 {"id": "ecs-lambda-1", "stage": "POST_SCALE_UP", "targetType": "AWS_LAMBDA",
                  "targetArn": "arn:aws:lambda:us-east-1:0:function:gate", "status": "FAILED",
                  "problem": "no"},
                 {"id": "ecs-lambda-2", "stage": "POST_SCALE_UP", "targetType": "AWS_LAMBDA",
                  "targetArn": "arn:aws:lambda:us-east-1:0:function:gate", "status": "SUCCEEDED"},
                 {"id": "ecs-lambda-3", "stage": "POST_SCALE_UP", "targetType": "AWS_LAMBDA",
                  "targetArn": "arn:aws:lambda:us-east-1:0:function:gate", "status": "SUCCEEDED"},
                 {"id": "ecs-pause-1", "stage": "POST_SCALE_UP", "targetType": "PAUSE",
                  "status": "AWAITING_ACTION", "expiresAt": "2026-01-02T00:00:00Z",
                  "timeoutAction": "ROLLBACK"}]},
             "revisions": [], "stopping": 0,
             "waits": [{"rule": "LIFECYCLE_HOOK",
                        "text": "POST_SCALE_UP is paused until somebody continues it"}],
             "next": [{"text": "one"}, {"text": "two"}, {"text": "three"}, {"text": "four"},
                      {"text": "five"}, {"text": "six"}],
             "events": []}
            """;

    private static final String ROLLED_BACK =
            """
            {"service": "arn:x:service/default/web", "now": "2026-01-01T01:00:00Z", "desired": 1,
             "deployment": {
               "arn": "arn:x:service-deployment/default/web/abc", "status": "ROLLBACK_SUCCESSFUL",
               "statusReason": "Service deployment rolled back because of a user request.",
               "createdAt": "2026-01-01T00:00:00Z", "startedAt": "2026-01-01T00:00:00Z",
               "finishedAt": "2026-01-01T00:00:12.500Z", "strategy": "LINEAR",
               "stages": [
                 {"stage": "TEST_TRAFFIC_SHIFT", "state": "DONE"},
                 {"stage": "PRODUCTION_TRAFFIC_SHIFT", "state": "LEFT"},
                 {"stage": "TEST_TRAFFIC_SHIFT", "state": "DONE", "back": true},
                 {"stage": "CLEAN_UP", "state": "DONE", "back": true}],
               "productionPercent": 0.0,
               "steps": [{"percent": 12.5, "state": "DONE"}, {"percent": 25.0, "state": "TO_COME"}]},
             "revisions": [
               {"role": "OLD", "taskDefinition": "arn:x:task-definition/web:1", "desired": 1,
                "running": 1, "pending": 0, "healthy": 1, "failed": 0}],
             "stopping": 0, "waits": [], "next": [], "events": []}
            """;

    private static final String ROLLING =
            """
            {"service": "arn:x:service/default/web", "now": "2026-01-01T00:00:10Z", "desired": 4,
             "deployment": {
               "arn": "arn:x:service-deployment/default/web/abc", "status": "IN_PROGRESS",
               "createdAt": "2026-01-01T00:00:00Z", "startedAt": "2026-01-01T00:00:00Z",
               "strategy": "ROLLING"},
             "revisions": [
               {"role": "NEW", "taskDefinition": "arn:x:task-definition/web:2", "desired": 4,
                "running": 2, "pending": 1, "healthy": 1, "failed": 0},
               {"role": "OLD", "taskDefinition": "arn:x:task-definition/web:1", "desired": 3,
                "running": 3, "pending": 0, "healthy": 3, "failed": 0}],
             "stopping": 1,
             "waits": [{"rule": "TARGET_INITIAL", "text": "targets are not checked yet: 1"}],
             "next": [{"text": "task 1 stops", "at": "2026-01-01T00:00:10Z"}], "events": []}
            """;

    private static String frame(String json, DeploymentMarks marks) throws JsonProcessingException {
        return String.join("\n", DeploymentText.lines(new ObjectMapper().readTree(json), marks))
                + "\n";
    }

    @Test
    void blueGreenAtItsBakeTime() throws JsonProcessingException {
        assertThat(frame(BAKING, DeploymentMarks.UNICODE))
                .isEqualTo(
                        """
                        web  abc  BLUE_GREEN  IN_PROGRESS for 90.0 s
                        Stages      ✓ PRE_SCALE_UP  ✓ SCALE_UP  ✓ POST_SCALE_UP  ✓ TEST_TRAFFIC_SHIFT
                                    ✓ POST_TEST_TRAFFIC_SHIFT  ✓ PRE_PRODUCTION_TRAFFIC_SHIFT  ✓ PRODUCTION_TRAFFIC_SHIFT
                                    ✓ POST_PRODUCTION_TRAFFIC_SHIFT  ▶ BAKE_TIME ██████░░░░░░ 30.0 s of 60.0 s  · CLEAN_UP
                        New         ████████████ 2 of 2 healthy (100 %)  web:2, running 2, pending 0
                        Old         ██████░░░░░░ 1 of 2 healthy (50 %)  web:1, running 2, pending 0, failed 3
                        Production  ████████████████████████████████████████ new 100 %, old 0 %
                        Test        ████████████████████████████████████████ new 100 %, old 0 %
                        Waits for   BAKE_TIME: all traffic is green's; the deployment bakes, until 2026-01-01T00:02:00Z (in 30.0 s)
                        Next        the deployment goes on if no alarm went off, at 2026-01-01T00:02:00Z (in 30.0 s)
                        Events      2026-01-01T00:00:59.123Z (service web) six
                                    2026-01-01T00:00:05Z (service web) five
                                    2026-01-01T00:00:04Z (service web) four
                                    2026-01-01T00:00:03Z (service web) three
                                    2026-01-01T00:00:02Z (service web) two
                        """);
    }

    @Test
    void aCanaryWithTenPerCent() throws JsonProcessingException {
        assertThat(frame(CANARY, DeploymentMarks.UNICODE))
                .isEqualTo(
                        """
                        web  abc  CANARY  IN_PROGRESS for 60.0 s
                        Stages      ✓ PRE_PRODUCTION_TRAFFIC_SHIFT
                                    ▶ PRODUCTION_TRAFFIC_SHIFT ███░░░░░░░░░ 6.0 s of 24.0 s  · BAKE_TIME
                        Production  ████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ new 10 %, old 90 %
                        Steps       ▶ 10 % ███░░░░░░░░░ 6.0 s of 24.0 s  · 100 %
                        """);
    }

    @Test
    void aPauseWaitsForSomebody() throws JsonProcessingException {
        assertThat(frame(PAUSED, DeploymentMarks.UNICODE))
                .isEqualTo(
                        """
                        web  abc  BLUE_GREEN  IN_PROGRESS for 66.0 s
                        Stages      ▶ POST_SCALE_UP 6.0 s
                        Production  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ new 0 %, old 100 %
                        Test        ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ new 0 %, old 100 %
                        Hooks       POST_SCALE_UP FAILED ecs-lambda-1 arn:aws:lambda:us-east-1:0:function:gate - no
                                    POST_SCALE_UP SUCCEEDED ecs-lambda-2 arn:aws:lambda:us-east-1:0:function:gate
                                    POST_SCALE_UP SUCCEEDED ecs-lambda-3 arn:aws:lambda:us-east-1:0:function:gate
                                    POST_SCALE_UP AWAITING_ACTION ecs-pause-1, until 2026-01-02T00:00:00Z (in 23 h 58 min) (then ROLLBACK)
                        Waits for   LIFECYCLE_HOOK: POST_SCALE_UP is paused until somebody continues it
                        Next        one
                                    two
                                    three
                                    four
                                    and 2 more
                        """);
    }

    @Test
    void rolledBack() throws JsonProcessingException {
        assertThat(frame(ROLLED_BACK, DeploymentMarks.UNICODE))
                .isEqualTo(
                        """
                        web  abc  LINEAR  ROLLBACK_SUCCESSFUL after 12.5 s
                        Service deployment rolled back because of a user request.
                        Stages      ✓ TEST_TRAFFIC_SHIFT  ✗ PRODUCTION_TRAFFIC_SHIFT  ✓ back: TEST_TRAFFIC_SHIFT
                                    ✓ back: CLEAN_UP
                        Old         ████████████ 1 of 1 healthy (100 %)  web:1, running 1, pending 0
                        Production  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ new 0 %, old 100 %
                        Steps       ✓ 12.5 %  · 25 %
                        """);
    }

    @Test
    void rollingInAsciiWhereThereIsNoUnicode() throws JsonProcessingException {
        assertThat(frame(ROLLING, DeploymentMarks.ASCII))
                .isEqualTo(
                        """
                        web  abc  ROLLING  IN_PROGRESS for 10.0 s
                        New         ###--------- 1 of 4 healthy (25 %)  web:2, running 2, pending 1
                        Old         #########--- 3 of 4 healthy (75 %)  web:1, running 3, pending 0
                        Stopping    tasks: 1
                        Waits for   TARGET_INITIAL: targets are not checked yet: 1
                        Next        task 1 stops, at 2026-01-01T00:00:10Z
                        """);
    }

    @Test
    void marksAreWhatTheCharacterSetHas() {
        assertThat(DeploymentMarks.of(StandardCharsets.UTF_8)).isEqualTo(DeploymentMarks.UNICODE);
        assertThat(DeploymentMarks.of(StandardCharsets.US_ASCII)).isEqualTo(DeploymentMarks.ASCII);
    }

    @Test
    void ofSeveralPausesOneMustBeNamed() throws JsonProcessingException {
        var two =
                new ObjectMapper()
                        .readTree(
                                """
                                {"deployment": {"arn": "a", "hooks": [
                                  {"id": "ecs-pause-1", "stage": "POST_SCALE_UP",
                                   "status": "AWAITING_ACTION"},
                                  {"id": "ecs-pause-2", "stage": "POST_SCALE_UP",
                                   "status": "AWAITING_ACTION"}]}}
                                """);
        assertThatThrownBy(() -> DeploymentPause.of(two, null))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(
                        "2 pauses wait, --hook must say which (expected: ecs-pause-1, ecs-pause-2)");
        assertThatThrownBy(() -> DeploymentPause.of(two, "ecs-pause-3"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(
                        "--hook ecs-pause-3 does not wait (expected: ecs-pause-1, ecs-pause-2)");
        assertThat(DeploymentPause.of(two, "ecs-pause-2"))
                .contains(new DeploymentPause("a", "ecs-pause-2", "POST_SCALE_UP"));
        assertThat(DeploymentPause.of(new ObjectMapper().readTree(PAUSED), null))
                .map(DeploymentPause::hook)
                .contains("ecs-pause-1");
        assertThat(DeploymentPause.of(new ObjectMapper().readTree(CANARY), null)).isEmpty();
    }
}
