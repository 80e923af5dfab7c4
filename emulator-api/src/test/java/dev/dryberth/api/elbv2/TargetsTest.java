package dev.dryberth.api.elbv2;

import static dev.dryberth.api.elbv2.ElbFixture.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.ProbeResult;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

final class TargetsTest {

    private final ElbFixture fixture = new ElbFixture();
    private final ElbV2 elb = fixture.elb;
    private final TargetGroup blue = fixture.targetGroup("blue");

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static TargetDescription target(String id) {
        return TargetDescription.builder().id(id).build();
    }

    private void register(TargetGroup group, TargetDescription... targets) {
        elb.registerTargets(
                request -> request.targetGroupArn(group.targetGroupArn()).targets(targets));
    }

    private void deregister(TargetGroup group, TargetDescription... targets) {
        elb.deregisterTargets(
                request -> request.targetGroupArn(group.targetGroupArn()).targets(targets));
    }

    private List<TargetHealthDescription> health(TargetGroup group, TargetDescription... targets) {
        return elb.describeTargetHealth(
                        request -> request.targetGroupArn(group.targetGroupArn()).targets(targets))
                .targetHealthDescriptions();
    }

    private String state(TargetDescription target) {
        var health = health(blue, target).getFirst().targetHealth();
        return health.reason() == null
                ? health.stateAsString()
                : health.stateAsString() + " " + health.reasonAsString();
    }

    private void forwardToBlue() {
        LoadBalancer web = fixture.loadBalancer("web");
        fixture.listener(web, 80, ElbFixture.forward(blue));
    }

    private void probe(ProbeResult result) {
        fixture.engine.balancing().probed(blue.targetGroupArn(), "172.31.0.7", 80, result);
        fixture.settle();
    }

    @Test
    void livesThroughRegistrationHealthAndDraining() {
        TargetDescription target = target("172.31.0.7");
        assertThat(state(target)).isEqualTo("unused Target.NotRegistered");
        register(blue, target);
        assertThat(state(target)).isEqualTo("unused Target.NotInUse");
        forwardToBlue();
        assertThat(state(target)).isEqualTo("initial Elb.RegistrationInProgress");
        probe(new ProbeResult.WrongCode("404"));
        assertThat(state(target)).isEqualTo("initial Elb.InitialHealthChecking");
        probe(new ProbeResult.Passed());
        assertThat(state(target)).isEqualTo("healthy");
        probe(new ProbeResult.WrongCode("404"));
        probe(new ProbeResult.WrongCode("404"));
        assertThat(state(target)).isEqualTo("unhealthy Target.ResponseCodeMismatch");
        assertThat(health(blue).getFirst().targetHealth().description())
                .isEqualTo("Health checks failed with these codes: [404]");
        deregister(blue, target);
        assertThat(state(target)).isEqualTo("draining Target.DeregistrationInProgress");
        fixture.advance(Duration.ofMinutes(5));
        assertThat(state(target)).isEqualTo("unused Target.NotRegistered");
        assertThat(health(blue)).isEmpty();
    }

    @Test
    void drainsForAsLongAsTheAttributeSays() {
        TargetDescription target = target("172.31.0.7");
        elb.modifyTargetGroupAttributes(request ->
                request.targetGroupArn(blue.targetGroupArn())
                        .attributes(
                                TargetGroupAttribute.builder()
                                        .key("deregistration_delay.timeout_seconds")
                                        .value("0")
                                        .build()));
        register(blue, target);
        forwardToBlue();
        deregister(blue, target);

        assertThat(health(blue)).isEmpty();
    }

    @Test
    void showsPortZoneAndHealthCheckPort() {
        register(blue, target("172.31.16.7").toBuilder().port(8080).build());

        assertThat(health(blue))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.target().port()).isEqualTo(8080);
                    assertThat(each.target().availabilityZone()).isEqualTo("us-east-1b");
                    assertThat(each.healthCheckPort()).isEqualTo("8080");
                });
        // The group's own port is another target.
        assertThat(state(target("172.31.16.7"))).isEqualTo("unused Target.NotRegistered");
    }

    @Test
    void refusesAddressesItCannotReach() {
        assertThat(registering("8.8.8.8")).isEqualTo("InvalidTarget");
        assertThat(registering("300.1.1.1")).isEqualTo("ValidationError");
        assertThat(registering("web")).isEqualTo("ValidationError");
        assertThat(registering("10.0.0.1")).isEqualTo("ValidationError");
        register(blue, target("10.0.0.1").toBuilder().availabilityZone("all").build());
        register(blue, target("127.0.0.1").toBuilder().availabilityZone("all").build());
        forwardToBlue();
        assertThat(
                        refusal(() ->
                                register(
                                        blue,
                                        target("127.1.0.1").toBuilder()
                                                .availabilityZone("all")
                                                .build())))
                .isEqualTo("InvalidTarget");
        assertThat(refusal(() -> register(blue))).isEqualTo("ValidationError");
    }

    private String registering(String id) {
        return refusal(() -> register(blue, target(id)));
    }

    @Test
    void aCallThatIsRefusedRegistersNothing() {
        assertThat(refusal(() -> register(blue, target("172.31.0.7"), target("8.8.8.8"))))
                .isEqualTo("InvalidTarget");
        assertThat(health(blue)).isEmpty();
    }

    @Test
    void deregisteringWhatIsNotThereSucceeds() {
        deregister(blue, target("172.31.0.7"));
    }

    @Test
    void holdsAThousandTargetsAndOneFunction() {
        TargetDescription[] all =
                IntStream.rangeClosed(1, 1000)
                        .mapToObj(port -> target("172.31.0.7").toBuilder().port(port).build())
                        .toArray(TargetDescription[]::new);
        register(blue, all);
        assertThat(health(blue)).hasSize(1000);
        assertThat(registering("172.31.0.8")).isEqualTo("TooManyTargets");

        TargetGroup functions =
                elb.createTargetGroup(request -> request.name("fn").targetType("lambda"))
                        .targetGroups()
                        .getFirst();
        String function = "arn:aws:lambda:us-east-1:000000000000:function:f";
        register(functions, target(function));
        assertThat(refusal(() -> register(functions, target(function + "2"))))
                .isEqualTo("TooManyTargets");
        assertThat(health(functions).getFirst().target().port()).isNull();
        deregister(functions, target(function));
        assertThat(health(functions)).isEmpty();
    }

    @Test
    void aFunctionIsOfTheGroupsAccountAndRegion() {
        TargetGroup functions =
                elb.createTargetGroup(request -> request.name("fn").targetType("lambda"))
                        .targetGroups()
                        .getFirst();

        for (String foreign :
                List.of(
                        "arn:aws:lambda:eu-west-1:000000000000:function:f",
                        "arn:aws:lambda:us-east-1:111111111111:function:f")) {
            assertThat(refusal(() -> register(functions, target(foreign))))
                    .isEqualTo("InvalidTarget");
        }
    }

    @Test
    void aFunctionIsCheckedOnlyWhenItsGroupSaysSo() {
        TargetGroup functions =
                elb.createTargetGroup(request -> request.name("fn").targetType("lambda"))
                        .targetGroups()
                        .getFirst();
        register(functions, target("arn:aws:lambda:us-east-1:000000000000:function:f:live"));
        assertThat(state(functions)).isEqualTo("unused Target.NotInUse");

        fixture.listener(fixture.loadBalancer("web"), 80, ElbFixture.forward(functions));
        assertThat(state(functions)).isEqualTo("unavailable Target.HealthCheckDisabled");

        elb.modifyTargetGroup(request ->
                request.targetGroupArn(functions.targetGroupArn()).healthCheckEnabled(true));
        assertThat(state(functions)).isEqualTo("initial Elb.RegistrationInProgress");
    }

    private String state(TargetGroup group) {
        TargetHealthDescription only = health(group).getFirst();
        return only.targetHealth().stateAsString() + " " + only.targetHealth().reasonAsString();
    }

    @Test
    void instancesMustBeContainerInstances() {
        TargetGroup group = fixture.targetGroup("vms", TargetTypeEnum.INSTANCE, ProtocolEnum.HTTP);

        assertThat(refusal(() -> register(group, target("i-0123456789abcdef0"))))
                .isEqualTo("InvalidTarget");
        assertThat(refusal(() -> register(group, target("10.0.0.1")))).isEqualTo("InvalidTarget");
        assertThat(refusal(() -> health(group, target("x")))).isEqualTo("InvalidTarget");
    }

    @Test
    void anAlbIsATargetOnlyWithAListenerOnThatPort() {
        TargetGroup group = fixture.targetGroup("albs", TargetTypeEnum.ALB, ProtocolEnum.TCP);
        LoadBalancer web = fixture.loadBalancer("web");
        LoadBalancer net = fixture.networkLoadBalancer("net");

        assertThat(refusal(() -> register(group, target(web.loadBalancerArn()))))
                .isEqualTo("InvalidTarget");
        assertThat(refusal(() -> register(group, target(net.loadBalancerArn()))))
                .isEqualTo("InvalidTarget");
        fixture.listener(web, 80, ElbFixture.fixedResponse("200"));
        register(group, target(web.loadBalancerArn()));
        assertThat(health(group)).hasSize(1);
    }
}
