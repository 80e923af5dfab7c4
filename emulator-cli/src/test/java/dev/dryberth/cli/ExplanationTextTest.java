package dev.dryberth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

class ExplanationTextTest {

    private static final String STEADY =
            """
            {"service": "arn:aws:ecs:us-east-1:000000000000:service/default/web",
             "status": "ACTIVE", "steady": true, "now": "2026-01-01T00:00:00Z",
             "summary": "The service is steady: 1 of 1 tasks healthy.",
             "counts": {"desired": 1, "running": 1, "pending": 0, "healthy": 1, "stopping": 0,
                        "lower": 1, "upper": 2, "minimumHealthyPercent": 100, "maximumPercent": 200},
             "deployments": [], "waits": [], "refused": [], "next": [], "tasks": [],
             "tasksLeftOut": 0}
            """;

    private static final String ROLLING =
            """
            {"service": "arn:aws:ecs:us-east-1:000000000000:service/default/web",
             "status": "ACTIVE", "now": "2026-01-01T00:00:00Z", "summary": "It waits.",
             "counts": {"desired": 4, "running": 4, "pending": 0, "healthy": 3, "stopping": 1,
                        "lower": 2, "upper": 6, "minimumHealthyPercent": 50, "maximumPercent": 150},
             "deployments": [
               {"id": "ecs-svc/2", "status": "PRIMARY", "revision": "arn:x/default/web/2",
                "taskDefinition": "arn:x:task-definition/web:2", "rolloutState": "IN_PROGRESS",
                "rolloutStateReason": "ECS deployment ecs-svc/2 in progress.", "desired": 4,
                "running": 1, "pending": 0, "healthy": 0, "failed": 2,
                "launchNotBefore": "2026-01-01T00:00:01.500Z",
                "circuitBreaker": {"failures": 2, "threshold": 3}}],
             "waits": [
               {"rule": "LAUNCH_BACKOFF", "text": "tasks to start: 3", "tasks": [],
                "until": "2026-01-01T00:00:01.500Z"},
               {"rule": "TARGET_INITIAL", "text": "checks",
                "tasks": ["a/1", "a/2", "a/3", "a/4"]}],
             "refused": [
               {"at": "2025-12-31T23:59:59Z", "task": "a/0", "stopCode": "TaskFailedToStart",
                "reason": "no image"},
               {"at": "2025-12-31T23:59:00Z", "reason": "no place"}],
             "next": [{"text": "tasks are launched again", "at": "2025-12-31T23:59:59Z"},
                      {"text": "then they run"}],
             "tasks": [
               {"task": "a/1", "taskDefinition": "arn:x:task-definition/web:2",
                "lastStatus": "RUNNING", "standing": "UNKNOWN", "reason": "healthy when it ran",
                "until": "2026-01-01T00:00:09Z", "targets": [
                  {"id": "10.0.0.4", "port": 80, "state": "DRAINING", "reason": "on its way",
                   "drainsUntil": "2026-01-01T00:00:20Z"}]},
               {"task": "a/5", "taskDefinition": "arn:x:task-definition/web:1",
                "lastStatus": "STOPPING", "standing": "STOPPING", "stoppedReason": "scaled in",
                "targets": []}],
             "tasksLeftOut": 7}
            """;

    private static String text(String json) throws JsonProcessingException {
        return ExplanationText.of(new ObjectMapper().readTree(json));
    }

    @Test
    void ofASteadyServiceThereIsLittleToSay() throws JsonProcessingException {
        assertThat(text(STEADY))
                .isEqualToNormalizingNewlines(
                        """
                        arn:aws:ecs:us-east-1:000000000000:service/default/web  ACTIVE
                        The service is steady: 1 of 1 tasks healthy.
                        desired 1, running 1, pending 0, healthy 1, stopping 0
                        at least 1 healthy (minimumHealthyPercent 100), at most 2 tasks (maximumPercent 200)
                        """);
    }

    @Test
    void showsRulesTimesRefusalsDeploymentsAndTasks() throws JsonProcessingException {
        assertThat(text(ROLLING))
                .isEqualToNormalizingNewlines(
                        """
                        arn:aws:ecs:us-east-1:000000000000:service/default/web  ACTIVE
                        It waits.
                        desired 4, running 4, pending 0, healthy 3, stopping 1
                        at least 2 healthy (minimumHealthyPercent 50), at most 6 tasks (maximumPercent 150)

                        Waits for
                          LAUNCH_BACKOFF           tasks to start: 3, until 2026-01-01T00:00:01.500Z (in 1.5 s)
                          TARGET_INITIAL           checks [1 2 3 and 1 more]

                        Next
                          tasks are launched again, at 2025-12-31T23:59:59Z
                          then they run

                        Refused and failed
                          2025-12-31T23:59:59Z task 0 TaskFailedToStart: no image
                          2025-12-31T23:59:00Z no place

                        Deployments
                          PRIMARY ecs-svc/2 web:2, revision 2: IN_PROGRESS
                            ECS deployment ecs-svc/2 in progress.
                            desired 4, running 1, pending 0, healthy 0, failed 2; circuit breaker at 2 of 3 failures, no launch before 2026-01-01T00:00:01.500Z (in 1.5 s)

                        Tasks
                          1 web:2 RUNNING: UNKNOWN - healthy when it ran, until 2026-01-01T00:00:09Z (in 9.0 s)
                            target 10.0.0.4 port 80: DRAINING - on its way, until 2026-01-01T00:00:20Z (in 20.0 s)
                          5 web:1 STOPPING: STOPPING - scaled in
                          and 7 more
                        """);
    }
}
