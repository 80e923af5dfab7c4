package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.Listener;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddListenerCertificatesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AddListenerCertificatesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Certificate;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenerCertificatesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeListenerCertificatesResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveListenerCertificatesRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RemoveListenerCertificatesResponse;

import java.util.ArrayList;
import java.util.List;

/** The certificates of a listener beside its default one. Loop thread. */
final class ListenerCertificates {

    static final int MAX_CERTIFICATES = 25;

    AddListenerCertificatesResponse addListenerCertificates(
            Tx tx, AddListenerCertificatesRequest request) {
        Listener listener = secure(tx, request.listenerArn());
        String added = ListenerSecurity.only(tx.world(), request.certificates());
        if (!listener.certificates().contains(added)) {
            requireRoom(tx.world(), listener);
            List<String> next = new ArrayList<>(listener.certificates());
            next.add(added);
            tx.put(
                    tx.world().listeners(),
                    listener.arn(),
                    listener.withCertificates(List.copyOf(next)));
        }
        return AddListenerCertificatesResponse.builder()
                .certificates(Certificate.builder().certificateArn(added).isDefault(false).build())
                .build();
    }

    /** Default certificates do not count. */
    private static void requireRoom(World world, Listener listener) {
        int count = 0;
        for (Listener each : LoadBalancers.listeners(world, listener.arn().loadBalancer())) {
            count += Math.max(0, each.certificates().size() - 1);
        }
        if (count >= MAX_CERTIFICATES) {
            throw ElbErrors.tooManyCertificates(MAX_CERTIFICATES);
        }
    }

    RemoveListenerCertificatesResponse removeListenerCertificates(
            Tx tx, RemoveListenerCertificatesRequest request) {
        Listener listener = secure(tx, request.listenerArn());
        List<String> next = new ArrayList<>(listener.certificates());
        for (Certificate each : request.certificates()) {
            if (listener.certificates().getFirst().equals(each.certificateArn())) {
                throw ElbErrors.notPermitted("The default certificate cannot be removed");
            }
            next.remove(each.certificateArn());
        }
        tx.put(
                tx.world().listeners(),
                listener.arn(),
                listener.withCertificates(List.copyOf(next)));
        return RemoveListenerCertificatesResponse.builder().build();
    }

    DescribeListenerCertificatesResponse describeListenerCertificates(
            Tx tx, DescribeListenerCertificatesRequest request) {
        Listener listener = References.listener(tx.world(), request.listenerArn());
        Pages pages =
                Pages.of("DescribeListenerCertificates", request.pageSize(), request.marker());
        List<Certificate> all = new ArrayList<>();
        for (String each : listener.certificates()) {
            all.add(Certificate.builder().certificateArn(each).isDefault(all.isEmpty()).build());
        }
        Pages.Page<Certificate> page = pages.page(all, Certificate::certificateArn);
        return DescribeListenerCertificatesResponse.builder()
                .certificates(page.items())
                .nextMarker(page.nextMarker())
                .build();
    }

    private static Listener secure(Tx tx, String arn) {
        Listener listener = References.listener(tx.world(), arn);
        if (!listener.protocol().isSecure()) {
            throw ElbErrors.configuration(
                    "Certificates are for HTTPS and TLS listeners only; '%s' speaks %s"
                            .formatted(listener.arn(), listener.protocol()));
        }
        return listener;
    }
}
