package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.model.TargetGroup.TargetType;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.Service;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** What a service may say of how its deployments move traffic, and what is kept and shown of it. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class ShiftRulesTest {

    private static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:check";
    private static final String ROLE = "arn:aws:iam::000000000000:role/hooks";

    private final ServiceFixture fixture = new ServiceFixture();

    private Service create(Consumer<DeploymentConfiguration.Builder> configuration) {
        return fixture.create(request -> request.deploymentConfiguration(configuration));
    }

    private void refused(Consumer<DeploymentConfiguration.Builder> configuration, String message) {
        assertThatThrownBy(() -> create(configuration))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining(message);
        assertThat(fixture.ecs.world.services().all()).isEmpty();
    }

    private Shift shift() {
        return Objects.requireNonNull(fixture.row().rules().shift());
    }

    @Test
    void completesACanary() {
        Service web = create(c -> c.strategy("CANARY"));

        assertThat(shift())
                .isEqualTo(
                        new Shift(
                                Shift.Strategy.CANARY,
                                50,
                                Duration.ofMinutes(10),
                                null,
                                List.of()));
        DeploymentConfiguration shown = web.deploymentConfiguration();
        assertThat(shown.strategy()).isEqualTo(DeploymentStrategy.CANARY);
        assertThat(shown.canaryConfiguration().canaryPercent()).isEqualTo(5.0);
        assertThat(shown.canaryConfiguration().canaryBakeTimeInMinutes()).isEqualTo(10);
    }

    @Test
    void completesLinear() {
        create(c ->
                c.strategy("LINEAR")
                        .bakeTimeInMinutes(3)
                        .linearConfiguration(l -> l.stepPercent(12.5)));

        assertThat(shift())
                .isEqualTo(
                        new Shift(
                                Shift.Strategy.LINEAR,
                                125,
                                Duration.ofMinutes(6),
                                Duration.ofMinutes(3),
                                List.of()));
    }

    @Test
    void keepsHooks() {
        create(c ->
                c.strategy("BLUE_GREEN")
                        .lifecycleHooks(
                                hook ->
                                        hook.hookTargetArn(FUNCTION)
                                                .roleArn(ROLE)
                                                .lifecycleStagesWithStrings(
                                                        "PRE_SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT")
                                                .hookDetails(
                                                        Document.mapBuilder()
                                                                .putString("team", "web")
                                                                .build()),
                                hook ->
                                        hook.targetType("PAUSE")
                                                .lifecycleStagesWithStrings("POST_SCALE_UP")
                                                .timeoutConfiguration(t ->
                                                        t.timeoutInMinutes(20_160)
                                                                .action("CONTINUE"))));

        assertThat(shift().hooks())
                .containsExactly(
                        new Hook(
                                FUNCTION,
                                ROLE,
                                List.of(Stage.PRE_SCALE_UP, Stage.PRODUCTION_TRAFFIC_SHIFT),
                                "{\"team\":\"web\"}",
                                Duration.ofDays(1),
                                Hook.OnTimeout.ROLLBACK),
                        new Hook(
                                null,
                                null,
                                List.of(Stage.POST_SCALE_UP),
                                null,
                                Duration.ofDays(14),
                                Hook.OnTimeout.CONTINUE));
    }

    @Test
    void anotherStrategyLeavesNothingOfTheOneBefore() {
        create(c ->
                c.strategy("CANARY")
                        .lifecycleHooks(h ->
                                h.targetType("PAUSE").lifecycleStagesWithStrings("POST_SCALE_UP")));

        Service linear = fixture.update(r -> r.deploymentConfiguration(c -> c.strategy("LINEAR")));
        assertThat(linear.deploymentConfiguration().canaryConfiguration()).isNull();
        assertThat(shift().hooks()).hasSize(1);
        fixture.update(r -> r.deploymentConfiguration(c -> c.strategy("ROLLING")));
        assertThat(fixture.row().rules().shift()).isNull();
    }

    @Test
    void refusesWhatNoStrategyTakes() {
        refused(c -> c.strategy("PURPLE"), "strategy should be one of");
        refused(c -> c.canaryConfiguration(x -> x.canaryPercent(5.0)), "only valid for the CANARY");
        refused(c -> c.linearConfiguration(x -> x.stepPercent(5.0)), "only valid for the LINEAR");
        for (double percent : new double[] {0, 0.05, 100.1, Double.NaN}) {
            refused(
                    c -> c.strategy("CANARY").canaryConfiguration(x -> x.canaryPercent(percent)),
                    "canaryPercent must be a multiple of 0.1 from 0.1 to 100.0");
        }
        refused(
                c -> c.strategy("LINEAR").linearConfiguration(x -> x.stepPercent(2.9)),
                "stepPercent must be a multiple of 0.1 from 3.0 to 100.0");
        refused(
                c -> c.strategy("LINEAR").linearConfiguration(x -> x.stepBakeTimeInMinutes(1441)),
                "stepBakeTimeInMinutes must be between 0 and 1440");
        refused(
                c ->
                        c.lifecycleHooks(h ->
                                h.targetType("PAUSE").lifecycleStagesWithStrings("POST_SCALE_UP")),
                "not supported for the ROLLING");
        assertThatThrownBy(() ->
                        fixture.create(r ->
                                r.schedulingStrategy("DAEMON")
                                        .desiredCount(null)
                                        .launchType("EC2")
                                        .deploymentConfiguration(c -> c.strategy("BLUE_GREEN"))))
                .hasMessageContaining("daemon scheduling strategy does not support");
    }

    @Test
    void refusesHooksThatCanNotRun() {
        refused(hook("LATER", "POST_SCALE_UP"), "Invalid targetType. Valid values are");
        refused(
                hook("PAUSE", "TEST_TRAFFIC_SHIFT"),
                "Invalid lifecycle stage provided for Pause Hook");
        refused(hook("PAUSE", "SCALE_UP"), "lifecycleStages should be one of");
        refused(hook("AWS_LAMBDA", "POST_SCALE_UP"), "hookTargetArn must be an ARN");
        refused(
                c ->
                        c.strategy("BLUE_GREEN")
                                .lifecycleHooks(h -> h.hookTargetArn(FUNCTION).roleArn(ROLE)),
                "lifecycleStages can not be empty");
        refused(
                c ->
                        c.strategy("BLUE_GREEN")
                                .lifecycleHooks(h ->
                                        h.targetType("PAUSE")
                                                .lifecycleStagesWithStrings("POST_SCALE_UP")
                                                .timeoutConfiguration(
                                                        t -> t.timeoutInMinutes(20_161))),
                "timeoutInMinutes must be between 1 and 20160");
    }

    private static Consumer<DeploymentConfiguration.Builder> hook(String type, String stage) {
        return c ->
                c.strategy("BLUE_GREEN")
                        .lifecycleHooks(h -> h.targetType(type).lifecycleStagesWithStrings(stage));
    }

    private Service shifting(Consumer<LoadBalancer.Builder> balancer) {
        return fixture.create(request ->
                request.deploymentConfiguration(c -> c.strategy("BLUE_GREEN"))
                        .loadBalancers(each -> {
                            each.targetGroupArn(ServiceFixture.group("blue").text())
                                    .containerName("app")
                                    .containerPort(80);
                            balancer.accept(each);
                        }));
    }

    private void refusedBalancer(Consumer<LoadBalancer.Builder> balancer, String message) {
        assertThatThrownBy(() -> shifting(balancer))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining(message);
    }

    @Test
    void keepsThePairOfGroupsAndTheirRules() {
        fixture.group("blue", TargetType.IP);
        fixture.group("green", TargetType.IP);
        String production = fixture.listen("web", "blue");
        String test = fixture.listen("test", "green");
        shifting(each ->
                each.advancedConfiguration(more ->
                        more.alternateTargetGroupArn(ServiceFixture.group("green").text())
                                .productionListenerRule(production)
                                .testListenerRule(test)
                                .roleArn(ROLE)));

        assertThat(
                        Objects.requireNonNull(
                                        ServiceViews.newestRevision(
                                                fixture.ecs.world, fixture.row()))
                                .balanced())
                .extracting(ServiceRevision.Balanced::pair)
                .containsExactly(
                        new ServiceRevision.Pair(ServiceFixture.group("green"), production, test));
    }

    @Test
    void refusesRulesThatCanNotShift() {
        fixture.group("blue", TargetType.IP);
        fixture.group("green", TargetType.IP);
        String production = fixture.listen("web", "blue");
        String green = ServiceFixture.group("green").text();
        refusedBalancer(
                each -> {},
                "advancedConfiguration field is required for all loadBalancers when using a"
                        + " non-ROLLING deployment strategy");
        refusedBalancer(
                each ->
                        each.advancedConfiguration(more ->
                                more.alternateTargetGroupArn(ServiceFixture.group("blue").text())
                                        .productionListenerRule(production)),
                "Duplicate targetGroupArn found: ");
        refusedBalancer(
                each ->
                        each.advancedConfiguration(more ->
                                more.alternateTargetGroupArn(green).productionListenerRule("arn")),
                "productionListenerRule has an invalid ARN format. Must be RuleArn for ALB or"
                        + " ListenerArn for NLB. Got: arn");
        refusedBalancer(
                each ->
                        each.advancedConfiguration(more ->
                                more.alternateTargetGroupArn(green)
                                        .productionListenerRule(production)
                                        .testListenerRule(production)),
                "The following rules cannot be used as both production and test listener rules: ");
        refusedBalancer(
                each ->
                        each.advancedConfiguration(more ->
                                more.alternateTargetGroupArn(green)
                                        .productionListenerRule(production)),
                "For Application LoadBalancer, testListenerRule is required when"
                        + " productionListenerRule is not associated with both targetGroup and"
                        + " alternateTargetGroup");
    }

    @Test
    void aServiceWithOneGroupCanNotChangeToAStrategyThatNeedsTwo() {
        fixture.group("blue", TargetType.IP);
        fixture.listen("blue");
        fixture.create(request ->
                request.loadBalancers(each ->
                        each.targetGroupArn(ServiceFixture.group("blue").text())
                                .containerName("app")
                                .containerPort(80)));

        assertThatThrownBy(() ->
                        fixture.update(
                                r -> r.deploymentConfiguration(c -> c.strategy("BLUE_GREEN"))))
                .hasMessageContaining("advancedConfiguration field is required");
    }

    @Test
    void aRollingDeploymentStaysWhereTheTrafficWasMovedTo() {
        fixture.group("blue", TargetType.IP);
        fixture.group("green", TargetType.IP);
        String production = fixture.listen("web", "green");
        String test = fixture.listen("test", "blue");
        shifting(each ->
                each.advancedConfiguration(more ->
                        more.alternateTargetGroupArn(ServiceFixture.group("green").text())
                                .productionListenerRule(production)
                                .testListenerRule(test)));

        fixture.update(r ->
                r.deploymentConfiguration(c -> c.strategy("ROLLING")).forceNewDeployment(true));

        assertThat(
                        Objects.requireNonNull(
                                        ServiceViews.newestRevision(
                                                fixture.ecs.world, fixture.row()))
                                .balanced())
                .extracting(ServiceRevision.Balanced::group)
                .containsExactly(ServiceFixture.group("green"));
    }
}
