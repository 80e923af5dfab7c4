package dev.dryberth.api.elbv2;

import dev.dryberth.api.aws.AwsService;
import dev.dryberth.api.aws.query.AwsQuery;
import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.network.Networks;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddListenerCertificatesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddListenerCertificatesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddTagsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddTagsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddTrustStoreRevocationsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddTrustStoreRevocationsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateListenerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateListenerResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateLoadBalancerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateLoadBalancerResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateRuleRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateRuleResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTargetGroupResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTrustStoreRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTrustStoreResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteListenerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteListenerResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteLoadBalancerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteLoadBalancerResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteRuleRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteRuleResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteTargetGroupResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteTrustStoreRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeleteTrustStoreResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeregisterTargetsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeregisterTargetsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeAccountLimitsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeAccountLimitsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenerAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenerAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenerCertificatesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenerCertificatesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenersRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenersResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancerAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancerAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancersRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeLoadBalancersResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeRulesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeRulesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeSslPoliciesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeSslPoliciesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTagsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTagsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetGroupsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetHealthRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetHealthResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoreAssociationsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoreAssociationsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoreRevocationsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoreRevocationsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoresRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTrustStoresResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyListenerAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyListenerAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyListenerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyListenerResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyLoadBalancerAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyLoadBalancerAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyRuleRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyRuleResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTargetGroupAttributesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTargetGroupAttributesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTargetGroupResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTrustStoreRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTrustStoreResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RegisterTargetsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RegisterTargetsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveListenerCertificatesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveListenerCertificatesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveTagsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveTagsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveTrustStoreRevocationsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveTrustStoreRevocationsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetIpAddressTypeRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetIpAddressTypeResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetRulePrioritiesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetRulePrioritiesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetSecurityGroupsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetSecurityGroupsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetSubnetsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetSubnetsResponse;

import java.nio.file.Path;
import java.util.List;

/**
 * Elastic Load Balancing v2: the table of contents. Each operation runs in one transaction on the
 * loop; those that are not overridden are not built, and say so. May be called on any thread.
 */
public final class ElbV2 implements ElasticLoadBalancingV2Client {

    private static final String VERSION = "2015-12-01";
    private static final String NAMESPACE =
            "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";

    private final Engine engine;
    private final Networks networks;
    private final S3Objects objects;

    /** Made with the first call: a daemon nobody balances loads with pays nothing. */
    private @Nullable Parts parts;

    /**
     * Makes the service.
     *
     * @param s3Directory where requests find S3 objects, as {@code bucket/key}; null: nowhere
     */
    public ElbV2(Engine engine, Networks networks, @Nullable Path s3Directory) {
        this.engine = engine;
        this.networks = networks;
        this.objects = new S3Objects(s3Directory);
    }

    /** Elastic Load Balancing v2 as the request chain serves it. */
    public AwsService service() {
        return new AwsService(
                        "elasticloadbalancing",
                        VERSION,
                        List.of("elasticloadbalancing"),
                        AwsQuery.of(VERSION, NAMESPACE),
                        ElasticLoadBalancingV2Client.class,
                        this)
                .withRecordedOnly(ElbCoverage.recordedOnly())
                .withAside(
                        List.of(
                                "AddTrustStoreRevocations",
                                "CreateTrustStore",
                                "ModifyTrustStore"));
    }

    private static final class Parts {

        final LoadBalancers loadBalancers;
        final LoadBalancerSettings settings;
        final Listeners listeners;
        final ListenerCertificates certificates = new ListenerCertificates();
        final Rules rules;
        final TargetGroups targetGroups;
        final Targets targets;
        final Attributes attributes = new Attributes();
        final Tags tags = new Tags();
        final TrustStores trustStores;
        final TrustStoreRevocations revocations;

        Parts(Engine engine, ElbNetworks networks, S3Objects objects) {
            trustStores = new TrustStores(engine, objects);
            revocations = new TrustStoreRevocations(engine, objects);
            loadBalancers = new LoadBalancers(networks, engine.ids(), engine.loop().clock());
            settings = new LoadBalancerSettings(networks);
            listeners = new Listeners(engine.ids());
            rules = new Rules(engine.ids());
            targetGroups = new TargetGroups(networks, engine.ids());
            targets = new Targets(new TargetRules(networks), engine.loop().clock());
        }
    }

    private synchronized Parts parts() {
        if (parts == null) {
            parts = new Parts(engine, new ElbNetworks(networks), objects);
        }
        return parts;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateLoadBalancerResponse createLoadBalancer(CreateLoadBalancerRequest request) {
        return engine.call(tx -> parts().loadBalancers.createLoadBalancer(tx, request));
    }

    @Override
    public DescribeLoadBalancersResponse describeLoadBalancers(
            DescribeLoadBalancersRequest request) {
        return engine.call(tx -> parts().loadBalancers.describeLoadBalancers(tx, request));
    }

    @Override
    public DeleteLoadBalancerResponse deleteLoadBalancer(DeleteLoadBalancerRequest request) {
        return engine.call(tx -> parts().loadBalancers.deleteLoadBalancer(tx, request));
    }

    @Override
    public SetSubnetsResponse setSubnets(SetSubnetsRequest request) {
        return engine.call(tx -> parts().settings.setSubnets(tx, request));
    }

    @Override
    public SetSecurityGroupsResponse setSecurityGroups(SetSecurityGroupsRequest request) {
        return engine.call(tx -> parts().settings.setSecurityGroups(tx, request));
    }

    @Override
    public SetIpAddressTypeResponse setIpAddressType(SetIpAddressTypeRequest request) {
        return engine.call(tx -> parts().settings.setIpAddressType(tx, request));
    }

    @Override
    public CreateListenerResponse createListener(CreateListenerRequest request) {
        return engine.call(tx -> parts().listeners.createListener(tx, request));
    }

    @Override
    public DescribeListenersResponse describeListeners(DescribeListenersRequest request) {
        return engine.call(tx -> parts().listeners.describeListeners(tx, request));
    }

    @Override
    public ModifyListenerResponse modifyListener(ModifyListenerRequest request) {
        return engine.call(tx -> parts().listeners.modifyListener(tx, request));
    }

    @Override
    public DeleteListenerResponse deleteListener(DeleteListenerRequest request) {
        return engine.call(tx -> parts().listeners.deleteListener(tx, request));
    }

    @Override
    public AddListenerCertificatesResponse addListenerCertificates(
            AddListenerCertificatesRequest request) {
        return engine.call(tx -> parts().certificates.addListenerCertificates(tx, request));
    }

    @Override
    public DescribeListenerCertificatesResponse describeListenerCertificates(
            DescribeListenerCertificatesRequest request) {
        return engine.call(tx -> parts().certificates.describeListenerCertificates(tx, request));
    }

    @Override
    public RemoveListenerCertificatesResponse removeListenerCertificates(
            RemoveListenerCertificatesRequest request) {
        return engine.call(tx -> parts().certificates.removeListenerCertificates(tx, request));
    }

    @Override
    public CreateRuleResponse createRule(CreateRuleRequest request) {
        return engine.call(tx -> parts().rules.createRule(tx, request));
    }

    @Override
    public DescribeRulesResponse describeRules(DescribeRulesRequest request) {
        return engine.call(tx -> parts().rules.describeRules(tx, request));
    }

    @Override
    public ModifyRuleResponse modifyRule(ModifyRuleRequest request) {
        return engine.call(tx -> parts().rules.modifyRule(tx, request));
    }

    @Override
    public DeleteRuleResponse deleteRule(DeleteRuleRequest request) {
        return engine.call(tx -> parts().rules.deleteRule(tx, request));
    }

    @Override
    public SetRulePrioritiesResponse setRulePriorities(SetRulePrioritiesRequest request) {
        return engine.call(tx -> parts().rules.setRulePriorities(tx, request));
    }

    @Override
    public CreateTargetGroupResponse createTargetGroup(CreateTargetGroupRequest request) {
        return engine.call(tx -> parts().targetGroups.createTargetGroup(tx, request));
    }

    @Override
    public DescribeTargetGroupsResponse describeTargetGroups(DescribeTargetGroupsRequest request) {
        return engine.call(tx -> parts().targetGroups.describeTargetGroups(tx, request));
    }

    @Override
    public ModifyTargetGroupResponse modifyTargetGroup(ModifyTargetGroupRequest request) {
        return engine.call(tx -> parts().targetGroups.modifyTargetGroup(tx, request));
    }

    @Override
    public DeleteTargetGroupResponse deleteTargetGroup(DeleteTargetGroupRequest request) {
        return engine.call(tx -> parts().targetGroups.deleteTargetGroup(tx, request));
    }

    @Override
    public RegisterTargetsResponse registerTargets(RegisterTargetsRequest request) {
        return engine.call(tx -> parts().targets.registerTargets(tx, request));
    }

    @Override
    public DeregisterTargetsResponse deregisterTargets(DeregisterTargetsRequest request) {
        return engine.call(tx -> parts().targets.deregisterTargets(tx, request));
    }

    @Override
    public DescribeTargetHealthResponse describeTargetHealth(DescribeTargetHealthRequest request) {
        return engine.call(tx -> parts().targets.describeTargetHealth(tx, request));
    }

    @Override
    public DescribeLoadBalancerAttributesResponse describeLoadBalancerAttributes(
            DescribeLoadBalancerAttributesRequest request) {
        return engine.call(tx -> parts().attributes.describeLoadBalancerAttributes(tx, request));
    }

    @Override
    public ModifyLoadBalancerAttributesResponse modifyLoadBalancerAttributes(
            ModifyLoadBalancerAttributesRequest request) {
        return engine.call(tx -> parts().attributes.modifyLoadBalancerAttributes(tx, request));
    }

    @Override
    public DescribeListenerAttributesResponse describeListenerAttributes(
            DescribeListenerAttributesRequest request) {
        return engine.call(tx -> parts().attributes.describeListenerAttributes(tx, request));
    }

    @Override
    public ModifyListenerAttributesResponse modifyListenerAttributes(
            ModifyListenerAttributesRequest request) {
        return engine.call(tx -> parts().attributes.modifyListenerAttributes(tx, request));
    }

    @Override
    public DescribeTargetGroupAttributesResponse describeTargetGroupAttributes(
            DescribeTargetGroupAttributesRequest request) {
        return engine.call(tx -> parts().attributes.describeTargetGroupAttributes(tx, request));
    }

    @Override
    public ModifyTargetGroupAttributesResponse modifyTargetGroupAttributes(
            ModifyTargetGroupAttributesRequest request) {
        return engine.call(tx -> parts().attributes.modifyTargetGroupAttributes(tx, request));
    }

    @Override
    public AddTagsResponse addTags(AddTagsRequest request) {
        return engine.call(tx -> parts().tags.addTags(tx, request));
    }

    @Override
    public RemoveTagsResponse removeTags(RemoveTagsRequest request) {
        return engine.call(tx -> parts().tags.removeTags(tx, request));
    }

    @Override
    public DescribeTagsResponse describeTags(DescribeTagsRequest request) {
        return engine.call(tx -> parts().tags.describeTags(tx, request));
    }

    @Override
    public DescribeSslPoliciesResponse describeSSLPolicies(DescribeSslPoliciesRequest request) {
        return SslPolicies.describeSslPolicies(request);
    }

    @Override
    public DescribeAccountLimitsResponse describeAccountLimits(
            DescribeAccountLimitsRequest request) {
        return AccountLimits.describeAccountLimits(request);
    }

    @Override
    public CreateTrustStoreResponse createTrustStore(CreateTrustStoreRequest request) {
        return parts().trustStores.createTrustStore(request);
    }

    @Override
    public DescribeTrustStoresResponse describeTrustStores(DescribeTrustStoresRequest request) {
        return engine.call(tx -> parts().trustStores.describeTrustStores(tx, request));
    }

    @Override
    public ModifyTrustStoreResponse modifyTrustStore(ModifyTrustStoreRequest request) {
        return parts().trustStores.modifyTrustStore(request);
    }

    @Override
    public DeleteTrustStoreResponse deleteTrustStore(DeleteTrustStoreRequest request) {
        return engine.call(tx -> parts().trustStores.deleteTrustStore(tx, request));
    }

    @Override
    public DescribeTrustStoreAssociationsResponse describeTrustStoreAssociations(
            DescribeTrustStoreAssociationsRequest request) {
        return engine.call(tx -> parts().trustStores.describeTrustStoreAssociations(tx, request));
    }

    @Override
    public AddTrustStoreRevocationsResponse addTrustStoreRevocations(
            AddTrustStoreRevocationsRequest request) {
        return parts().revocations.addTrustStoreRevocations(request);
    }

    @Override
    public RemoveTrustStoreRevocationsResponse removeTrustStoreRevocations(
            RemoveTrustStoreRevocationsRequest request) {
        return engine.call(tx -> parts().revocations.removeTrustStoreRevocations(tx, request));
    }

    @Override
    public DescribeTrustStoreRevocationsResponse describeTrustStoreRevocations(
            DescribeTrustStoreRevocationsRequest request) {
        return engine.call(tx -> parts().revocations.describeTrustStoreRevocations(tx, request));
    }
}
