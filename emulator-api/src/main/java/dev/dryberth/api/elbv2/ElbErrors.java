package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.ElbArn;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AlpnPolicyNotSupportedException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CaCertificatesBundleNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CertificateNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DuplicateListenerException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DuplicateLoadBalancerNameException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DuplicateTagKeysException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DuplicateTargetGroupNameException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DuplicateTrustStoreNameException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ElasticLoadBalancingV2Exception;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.IncompatibleProtocolsException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.InvalidCaCertificatesBundleException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.InvalidConfigurationRequestException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.InvalidLoadBalancerActionException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.InvalidRevocationContentException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.InvalidSecurityGroupException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.InvalidSubnetException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.InvalidTargetException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ListenerNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.OperationNotPermittedException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.PriorityInUseException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ResourceInUseException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RevocationContentNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RevocationIdNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SslPolicyNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SubnetNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupAssociationLimitException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TooManyActionsException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TooManyCertificatesException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TooManyListenersException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TooManyLoadBalancersException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TooManyRulesException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TooManyTagsException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TooManyTargetGroupsException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TooManyTargetsException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TooManyTrustStoreRevocationEntriesException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TooManyTrustStoresException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TooManyUniqueTargetGroupsPerLoadBalancerException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TrustStoreInUseException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TrustStoreNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.UnsupportedProtocolException;

import java.util.List;

/**
 * Makes the exceptions of Elastic Load Balancing. Clients match on the code, which is the class's
 * name without its end unless said here; most texts are known only in part and so are guesses. [?]
 * Stateless, any thread.
 */
final class ElbErrors {

    private static final int BAD_REQUEST = 400;
    private static final int NOT_IMPLEMENTED = 501;

    private ElbErrors() {}

    /** What AWS says of input before it looks at anything else; its model has no class for it. */
    static AwsServiceException validation(String message) {
        return unmodelled(BAD_REQUEST, "ValidationError", message);
    }

    /** {@code field: value (expected: …)}, for what is wrong with one member. */
    static AwsServiceException invalid(String field, @Nullable Object value, String expected) {
        return validation(field + " '" + value + "' must be " + expected);
    }

    static AwsServiceException missing(String field) {
        return validation(
                "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
                        .formatted(field));
    }

    /** For a part of an operation that is not built, so that nothing is stored and then ignored. */
    static AwsServiceException notBuilt(String what) {
        return unmodelled(
                NOT_IMPLEMENTED,
                "UnsupportedOperation",
                "Dryberth does not implement " + what + " yet.");
    }

    private static AwsServiceException unmodelled(int status, String code, String message) {
        return ElasticLoadBalancingV2Exception.builder()
                .statusCode(status)
                .awsErrorDetails(details(code, message))
                .message(message)
                .build();
    }

    static AwsServiceException loadBalancerNotFound(String arn) {
        return LoadBalancerNotFoundException.builder()
                .message("Load balancer '" + arn + "' not found")
                .build();
    }

    static AwsServiceException loadBalancersNotFound(List<String> references) {
        return LoadBalancerNotFoundException.builder()
                .message("Load balancers '" + references + "' not found")
                .build();
    }

    static AwsServiceException listenersNotFound() {
        return ListenerNotFoundException.builder()
                .message("One or more listeners not found")
                .build();
    }

    static AwsServiceException rulesNotFound() {
        return RuleNotFoundException.builder().message("One or more rules not found").build();
    }

    static AwsServiceException targetGroupsNotFound() {
        return TargetGroupNotFoundException.builder()
                .message("One or more target groups not found")
                .build();
    }

    static AwsServiceException targetGroupNotFound(String arn) {
        return TargetGroupNotFoundException.builder()
                .message("Target groups '" + arn + "' not found")
                .build();
    }

    static AwsServiceException duplicateLoadBalancerName(String name) {
        return DuplicateLoadBalancerNameException.builder()
                .message(
                        "A load balancer with the same name '%s' exists, but with different settings"
                                .formatted(name))
                .build();
    }

    static AwsServiceException duplicateTargetGroupName(String name) {
        return DuplicateTargetGroupNameException.builder()
                .message(
                        "A target group with the same name '%s' exists, but with different settings"
                                .formatted(name))
                .build();
    }

    static AwsServiceException duplicateListener(ElbArn loadBalancer) {
        return DuplicateListenerException.builder()
                .message(
                        "A listener already exists on this port for this load balancer '%s'"
                                .formatted(loadBalancer))
                .build();
    }

    static AwsServiceException priorityInUse(int priority) {
        return PriorityInUseException.builder()
                .message("Priority '" + priority + "' is currently in use")
                .build();
    }

    static AwsServiceException targetGroupInUse(ElbArn arn) {
        return resourceInUse(
                "Target group '" + arn + "' is currently in use by a listener or a rule");
    }

    static AwsServiceException resourceInUse(String message) {
        return ResourceInUseException.builder().message(message).build();
    }

    static AwsServiceException notPermitted(String message) {
        return OperationNotPermittedException.builder().message(message).build();
    }

    static AwsServiceException configuration(String message) {
        return InvalidConfigurationRequestException.builder().message(message).build();
    }

    static AwsServiceException action(String message) {
        return InvalidLoadBalancerActionException.builder().message(message).build();
    }

    static AwsServiceException incompatible(String message) {
        return IncompatibleProtocolsException.builder().message(message).build();
    }

    static AwsServiceException unsupportedProtocol(String message) {
        return UnsupportedProtocolException.builder().message(message).build();
    }

    static AwsServiceException target(String message) {
        return InvalidTargetException.builder().message(message).build();
    }

    static AwsServiceException subnetNotFound(String id) {
        return SubnetNotFoundException.builder()
                .message("The subnet ID '" + id + "' does not exist")
                .build();
    }

    static AwsServiceException subnet(String message) {
        return InvalidSubnetException.builder().message(message).build();
    }

    static AwsServiceException securityGroup(String id) {
        return InvalidSecurityGroupException.builder()
                .message("The security group '" + id + "' does not exist")
                .build();
    }

    static AwsServiceException certificateNotFound(String arn) {
        return CertificateNotFoundException.builder()
                .message("Certificate '" + arn + "' not found")
                .build();
    }

    /** As for a certificate that IAM has, which is no less valid on AWS. */
    static AwsServiceException certificateElsewhere(String arn) {
        return CertificateNotFoundException.builder()
                .message(
                        "Certificate '%s' not found: Dryberth keeps certificates in ACM only (import it there)"
                                .formatted(arn))
                .build();
    }

    static AwsServiceException tooManyCertificates(int most) {
        return TooManyCertificatesException.builder()
                .message(limit("certificates of a load balancer", most))
                .build();
    }

    static AwsServiceException trustStoreNotFound(String arn) {
        return TrustStoreNotFoundException.builder()
                .message("Trust store '" + arn + "' not found")
                .build();
    }

    static AwsServiceException trustStoreInUse(String arn) {
        return TrustStoreInUseException.builder()
                .message("Trust store '" + arn + "' is currently in use by a listener")
                .build();
    }

    static AwsServiceException duplicateTrustStoreName(String name) {
        return DuplicateTrustStoreNameException.builder()
                .message("A trust store with the name '" + name + "' already exists")
                .build();
    }

    static AwsServiceException tooManyTrustStores(int most) {
        return TooManyTrustStoresException.builder().message(limit("trust stores", most)).build();
    }

    static AwsServiceException caBundle(String message) {
        return InvalidCaCertificatesBundleException.builder().message(message).build();
    }

    static AwsServiceException caBundleNotFound(String message) {
        return CaCertificatesBundleNotFoundException.builder().message(message).build();
    }

    static AwsServiceException revocationContent(String message) {
        return InvalidRevocationContentException.builder().message(message).build();
    }

    static AwsServiceException revocationContentNotFound(String message) {
        return RevocationContentNotFoundException.builder().message(message).build();
    }

    static AwsServiceException revocationIdNotFound(long id) {
        return RevocationIdNotFoundException.builder()
                .message("Revocation '" + id + "' not found")
                .build();
    }

    static AwsServiceException tooManyRevocations(int most) {
        return TooManyTrustStoreRevocationEntriesException.builder()
                .message(limit("revocation lists of a trust store", most))
                .build();
    }

    static AwsServiceException sslPolicyNotFound(String name) {
        String message = "SSL policy '" + name + "' not found";
        return SslPolicyNotFoundException.builder()
                .awsErrorDetails(details("SSLPolicyNotFound", message))
                .message(message)
                .build();
    }

    static AwsServiceException alpnPolicyNotFound(String name) {
        String message = "ALPN policy '" + name + "' is not supported";
        return AlpnPolicyNotSupportedException.builder()
                .awsErrorDetails(details("ALPNPolicyNotFound", message))
                .message(message)
                .build();
    }

    private static AwsErrorDetails details(String code, String message) {
        return AwsErrorDetails.builder().errorCode(code).errorMessage(message).build();
    }

    static AwsServiceException associationLimit(ElbArn group) {
        return TargetGroupAssociationLimitException.builder()
                .message(
                        "The target group '%s' is already associated with another load balancer"
                                .formatted(group))
                .build();
    }

    static AwsServiceException duplicateTagKeys(String key) {
        return DuplicateTagKeysException.builder()
                .message("The tag key '" + key + "' appears more than once")
                .build();
    }

    static AwsServiceException tooManyTags(int most) {
        return TooManyTagsException.builder().message(limit("tags of a resource", most)).build();
    }

    static AwsServiceException tooManyLoadBalancers(String kind, int most) {
        return TooManyLoadBalancersException.builder().message(limit(kind, most)).build();
    }

    static AwsServiceException tooManyListeners(int most) {
        return TooManyListenersException.builder()
                .message(limit("listeners of a load balancer", most))
                .build();
    }

    static AwsServiceException tooManyRules(int most) {
        return TooManyRulesException.builder()
                .message(limit("rules of a load balancer", most))
                .build();
    }

    static AwsServiceException tooManyTargetGroups(String of, int most) {
        return TooManyTargetGroupsException.builder()
                .message(limit("target groups of " + of, most))
                .build();
    }

    static AwsServiceException tooManyUniqueTargetGroups(int most) {
        return TooManyUniqueTargetGroupsPerLoadBalancerException.builder()
                .message(limit("target groups of a load balancer", most))
                .build();
    }

    static AwsServiceException tooManyTargets(int most) {
        return TooManyTargetsException.builder()
                .message(limit("targets of a target group", most))
                .build();
    }

    static AwsServiceException tooManyActions(int most) {
        return TooManyActionsException.builder().message(limit("actions of a rule", most)).build();
    }

    private static String limit(String what, int most) {
        return "The maximum number of " + what + " has been reached: " + most;
    }
}
