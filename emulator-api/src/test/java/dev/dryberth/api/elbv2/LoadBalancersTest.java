package dev.dryberth.api.elbv2;

import static dev.dryberth.api.elbv2.ElbFixture.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateLoadBalancerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DuplicateLoadBalancerNameException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerStateEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SubnetMapping;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

import java.util.List;
import java.util.function.Consumer;

final class LoadBalancersTest {

    private final ElbFixture fixture = new ElbFixture();
    private final ElbV2 elb = fixture.elb;

    @AfterEach
    void stop() {
        fixture.close();
    }

    private LoadBalancer described(String name) {
        return elb.describeLoadBalancers(request -> request.names(name)).loadBalancers().getFirst();
    }

    @Test
    void makesAnApplicationLoadBalancerWithAwssDefaults() {
        LoadBalancer made = fixture.loadBalancer("web");

        assertThat(made.loadBalancerArn())
                .matches(ElbFixture.ARN + "loadbalancer/app/web/[0-9a-f]{16}");
        assertThat(made.dnsName()).matches("web-[0-9]{9,10}\\.us-east-1\\.elb\\.localhost");
        assertThat(made.canonicalHostedZoneId()).isEqualTo("Z35SXDOTRQ7X7K");
        assertThat(made.schemeAsString()).isEqualTo("internet-facing");
        assertThat(made.typeAsString()).isEqualTo("application");
        assertThat(made.ipAddressTypeAsString()).isEqualTo("ipv4");
        assertThat(made.state().code()).isEqualTo(LoadBalancerStateEnum.PROVISIONING);
        assertThat(made.createdTime()).isEqualTo(ElbFixture.START);
        assertThat(made.availabilityZones())
                .extracting(zone -> zone.zoneName())
                .containsExactly("us-east-1a", "us-east-1b", "us-east-1c");
        assertThat(made.securityGroups())
                .containsExactly(fixture.vpc().securityGroups().getFirst().id());
        assertThat(described("web"))
                .isEqualTo(made.toBuilder().state(state -> state.code("active")).build());
    }

    @Test
    void makesNetworkAndInternalOnes() {
        LoadBalancer network = fixture.networkLoadBalancer("net");
        assertThat(network.loadBalancerArn()).contains("loadbalancer/net/net/");
        assertThat(network.dnsName()).matches("net-[0-9a-f]{16}\\.elb\\.us-east-1\\.localhost");
        assertThat(network.hasSecurityGroups()).isFalse();

        LoadBalancer internal =
                elb.createLoadBalancer(request ->
                                request.name("in").scheme("internal").subnets(fixture.subnets()))
                        .loadBalancers()
                        .getFirst();
        assertThat(internal.dnsName()).startsWith("internal-in-");
        LoadBalancer fixed =
                elb.createLoadBalancer(request ->
                                request.name("fixed")
                                        .type("network")
                                        .scheme("internal")
                                        .subnetMappings(
                                                SubnetMapping.builder()
                                                        .subnetId(fixture.subnets().getFirst())
                                                        .privateIPv4Address("172.31.0.9")
                                                        .build()))
                        .loadBalancers()
                        .getFirst();
        assertThat(
                        fixed.availabilityZones()
                                .getFirst()
                                .loadBalancerAddresses()
                                .getFirst()
                                .privateIPv4Address())
                .isEqualTo("172.31.0.9");
    }

    @Test
    void makingTheSameAgainReturnsIt() {
        String arn = fixture.loadBalancer("web").loadBalancerArn();

        assertThat(fixture.loadBalancer("web").loadBalancerArn()).isEqualTo(arn);
        assertThatThrownBy(() -> fixture.networkLoadBalancer("web"))
                .isInstanceOf(DuplicateLoadBalancerNameException.class)
                .hasMessageContaining(
                        "A load balancer with the same name 'web' exists, but with different settings");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-a", "a-", "a_b", "internal-a", "a23456789012345678901234567890123"})
    void refusesNames(String name) {
        assertThat(refusal(() -> fixture.loadBalancer(name))).isEqualTo("ValidationError");
    }

    @Test
    void refusesWhatIsWrongOrNotThere() {
        List<String> subnets = fixture.subnets();
        assertThat(creating(request -> request.subnets(subnets.getFirst())))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.type("network"))).isEqualTo("ValidationError");
        assertThat(creating(request -> request.subnets(subnets.getFirst(), subnets.getFirst())))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(creating(request -> request.subnets("subnet-1", "subnet-2")))
                .isEqualTo("SubnetNotFound");
        assertThat(creating(request -> request.subnets(subnets).securityGroups("sg-1")))
                .isEqualTo("InvalidSecurityGroup");
        assertThat(creating(request -> request.subnets(subnets).type("classic")))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.subnets(subnets).type("gateway")))
                .isEqualTo("UnsupportedOperation");
        assertThat(creating(request -> request.subnets(subnets).scheme("public")))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.subnets(subnets).ipAddressType("dualstack")))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(
                        creating(request ->
                                request.type("network")
                                        .subnetMappings(
                                                SubnetMapping.builder()
                                                        .subnetId(subnets.getFirst())
                                                        .allocationId("eipalloc-1")
                                                        .build())))
                .isEqualTo("AllocationIdNotFound");
    }

    private String creating(Consumer<CreateLoadBalancerRequest.Builder> request) {
        return refusal(() ->
                elb.createLoadBalancer(each -> {
                    each.name("web");
                    request.accept(each);
                }));
    }

    @Test
    void holdsFiftyOfAType() {
        for (int i = 0; i < 50; i++) {
            fixture.loadBalancer("web" + i);
        }
        assertThat(refusal(() -> fixture.loadBalancer("web50"))).isEqualTo("TooManyLoadBalancers");
        fixture.networkLoadBalancer("net");
    }

    @Test
    void describesByNameArnAndPage() {
        for (String name : List.of("a", "a-b", "ab", "b")) {
            fixture.loadBalancer(name);
        }
        String arn = described("ab").loadBalancerArn();
        assertThat(
                        elb.describeLoadBalancers(request -> request.loadBalancerArns(arn))
                                .loadBalancers())
                .extracting(LoadBalancer::loadBalancerName)
                .containsExactly("ab");
        assertThat(
                        elb.describeLoadBalancersPaginator(request -> request.pageSize(1))
                                .loadBalancers())
                .extracting(LoadBalancer::loadBalancerName)
                .containsExactly("a", "a-b", "ab", "b");
        assertThat(refusal(() -> described("c"))).isEqualTo("LoadBalancerNotFound");
        assertThat(
                        refusal(() ->
                                elb.describeLoadBalancers(
                                        request -> request.loadBalancerArns("arn:aws:ecs:x"))))
                .isEqualTo("ValidationError");
        assertThat(refusal(() -> elb.describeLoadBalancers(request -> request.pageSize(401))))
                .isEqualTo("ValidationError");
        assertThat(refusal(() -> elb.describeLoadBalancers(request -> request.marker("x"))))
                .isEqualTo("ValidationError");
    }

    @Test
    void deletingTakesListenersAlongAndLeavesGroups() {
        LoadBalancer web = fixture.loadBalancer("web");
        TargetGroup group = fixture.targetGroup("blue");
        String listener = fixture.listener(web, 80, ElbFixture.forward(group)).listenerArn();
        elb.deleteLoadBalancer(request -> request.loadBalancerArn(web.loadBalancerArn()));
        elb.deleteLoadBalancer(request -> request.loadBalancerArn(web.loadBalancerArn()));

        assertThat(refusal(() -> described("web"))).isEqualTo("LoadBalancerNotFound");
        assertThat(refusal(() -> elb.describeListeners(request -> request.listenerArns(listener))))
                .isEqualTo("ListenerNotFound");
        assertThat(elb.describeTargetGroups().targetGroups().getFirst().loadBalancerArns())
                .isEmpty();
        assertThat(refusal(() -> elb.deleteLoadBalancer(request -> request.loadBalancerArn("x"))))
                .isEqualTo("ValidationError");
    }

    @Test
    void protectionAndUseAsATargetPreventDeletion() {
        LoadBalancer web = fixture.loadBalancer("web");
        fixture.listener(web, 80, ElbFixture.fixedResponse("200"));
        protect(web, "true");
        assertThatThrownBy(() -> delete(web))
                .hasMessageContaining("cannot be deleted because deletion protection is enabled");
        protect(web, "false");
        TargetGroup group = fixture.targetGroup("albs", TargetTypeEnum.ALB, ProtocolEnum.TCP);
        elb.registerTargets(request ->
                request.targetGroupArn(group.targetGroupArn())
                        .targets(TargetDescription.builder().id(web.loadBalancerArn()).build()));
        assertThat(refusal(() -> delete(web))).isEqualTo("ResourceInUse");
    }

    private void delete(LoadBalancer loadBalancer) {
        elb.deleteLoadBalancer(request -> request.loadBalancerArn(loadBalancer.loadBalancerArn()));
    }

    private void protect(LoadBalancer loadBalancer, String value) {
        elb.modifyLoadBalancerAttributes(request ->
                request.loadBalancerArn(loadBalancer.loadBalancerArn())
                        .attributes(
                                LoadBalancerAttribute.builder()
                                        .key("deletion_protection.enabled")
                                        .value(value)
                                        .build()));
    }

    @Test
    void changesSubnetsAndSecurityGroups() {
        String web = fixture.loadBalancer("web").loadBalancerArn();
        String net = fixture.networkLoadBalancer("net").loadBalancerArn();
        List<String> two = fixture.subnets().subList(1, 3);

        assertThat(
                        elb.setSubnets(request -> request.loadBalancerArn(web).subnets(two))
                                .availabilityZones())
                .extracting(zone -> zone.subnetId())
                .isEqualTo(two);
        assertThat(described("web").availabilityZones()).hasSize(2);
        String group = fixture.vpc().securityGroups().getFirst().id();
        assertThat(
                        elb.setSecurityGroups(request ->
                                        request.loadBalancerArn(web).securityGroups(group))
                                .securityGroupIds())
                .containsExactly(group);
        assertThat(
                        refusal(() ->
                                elb.setSecurityGroups(request ->
                                        request.loadBalancerArn(net).securityGroups(group))))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(
                        elb.setIpAddressType(request ->
                                        request.loadBalancerArn(web).ipAddressType("ipv4"))
                                .ipAddressTypeAsString())
                .isEqualTo("ipv4");
        assertThat(
                        refusal(() ->
                                elb.setIpAddressType(request ->
                                        request.loadBalancerArn(web).ipAddressType("dualstack"))))
                .isEqualTo("InvalidConfigurationRequest");
    }

    @Test
    void isImpairedWhileAPortCannotBeBound() {
        LoadBalancer web = fixture.loadBalancer("web");
        String listener = fixture.listener(web, 80, ElbFixture.fixedResponse("200")).listenerArn();
        fixture.engine.balancing().listening(listener, "Permission denied");
        fixture.settle();

        assertThat(described("web").state().code())
                .isEqualTo(LoadBalancerStateEnum.ACTIVE_IMPAIRED);
        assertThat(described("web").state().reason()).isEqualTo("Port 80: Permission denied");
    }
}
