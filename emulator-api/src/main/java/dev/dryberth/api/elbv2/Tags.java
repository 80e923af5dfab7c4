package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TrustStore;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddTagsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddTagsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTagsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTagsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveTagsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveTagsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TagDescription;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Tags of load balancers, listeners, rules, target groups and trust stores. Loop thread. */
final class Tags {

    private static final int MAX_ARNS = 20;

    AddTagsResponse addTags(Tx tx, AddTagsRequest request) {
        if (request.tags().isEmpty()) {
            throw ElbErrors.validation("At least one tag must be specified");
        }
        List<Tag> added = TagRules.checked(request.tags());
        change(tx, request.resourceArns(), present -> TagRules.merged(present, added));
        return AddTagsResponse.builder().build();
    }

    RemoveTagsResponse removeTags(Tx tx, RemoveTagsRequest request) {
        change(tx, request.resourceArns(), present -> TagRules.without(present, request.tagKeys()));
        return RemoveTagsResponse.builder().build();
    }

    DescribeTagsResponse describeTags(Tx tx, DescribeTagsRequest request) {
        List<TagDescription> descriptions = new ArrayList<>();
        for (String arn : checked(request.resourceArns())) {
            descriptions.add(
                    TagDescription.builder()
                            .resourceArn(arn)
                            .tags(TagRules.onTheWire(tagged(tx, arn).tags()))
                            .build());
        }
        return DescribeTagsResponse.builder().tagDescriptions(descriptions).build();
    }

    private static void change(Tx tx, List<String> arns, UnaryOperator<List<Tag>> change) {
        for (String arn : checked(arns)) {
            Tagged tagged = tagged(tx, arn);
            tagged.write().accept(change.apply(tagged.tags()));
        }
    }

    private static List<String> checked(List<String> arns) {
        if (arns.isEmpty()) {
            throw ElbErrors.validation("At least one resource ARN must be specified");
        }
        if (arns.size() > MAX_ARNS) {
            throw ElbErrors.validation("At most " + MAX_ARNS + " resource ARNs can be specified");
        }
        return arns.stream().distinct().toList();
    }

    /** The tags of a resource and the way to write them back. */
    private record Tagged(List<Tag> tags, Consumer<List<Tag>> write) {}

    private static Tagged tagged(Tx tx, String arn) {
        World world = tx.world();
        String[] fields = arn.split(":", 6);
        String resource = fields.length == 6 ? fields[5] : "";
        return switch (resource.substring(0, Math.max(0, resource.indexOf('/')))) {
            case "loadbalancer" -> {
                LoadBalancer row = References.loadBalancer(world, arn);
                yield new Tagged(
                        row.tags(),
                        next -> tx.put(world.loadBalancers(), row.arn(), row.withTags(next)));
            }
            case "listener" -> {
                Listener row = References.listener(world, arn);
                yield new Tagged(
                        row.tags(),
                        next -> tx.put(world.listeners(), row.arn(), row.withTags(next)));
            }
            case "listener-rule" -> rule(tx, arn);
            case "targetgroup" -> {
                TargetGroup row = References.targetGroup(world, arn);
                yield new Tagged(
                        row.tags(),
                        next -> tx.put(world.targetGroups(), row.arn(), row.withTags(next)));
            }
            case "truststore" -> {
                TrustStore row = References.trustStore(world, arn);
                yield new Tagged(
                        row.tags(),
                        next -> tx.put(world.trustStores(), row.arn(), row.withTags(next)));
            }
            default -> throw ElbErrors.validation("'" + arn + "' is not a valid ARN");
        };
    }

    private static Tagged rule(Tx tx, String arn) {
        ListenerRule row = References.rule(tx.world(), References.ruleArn(arn));
        if (row != null) {
            return new Tagged(
                    row.tags(),
                    next -> tx.put(tx.world().listenerRules(), row.arn(), row.withTags(next)));
        }
        return new Tagged(
                List.of(),
                next -> {
                    if (!next.isEmpty()) {
                        throw ElbErrors.notBuilt("tags of default rules");
                    }
                });
    }
}
