package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.MutualAuthentication;
import dev.dryberth.core.model.MutualAuthentication.Mode;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.model.TrustStoreArn;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.MutualAuthenticationAttributes;

import java.util.List;
import java.util.Locale;

/** What a listener asks of its clients' certificates, as requests say it and as AWS shows it. */
final class MutualTls {

    private static final String ON = "on";
    private static final List<String> ON_OR_OFF = List.of(ON, "off");

    private MutualTls() {}

    /** Null: nothing is asked, as of listeners that speak no HTTPS. */
    static @Nullable MutualAuthentication checked(
            World world,
            TrafficProtocol protocol,
            @Nullable MutualAuthenticationAttributes wanted,
            @Nullable MutualAuthentication present) {
        if (protocol != TrafficProtocol.HTTPS) {
            if (wanted != null) {
                throw ElbErrors.validation(
                        "Mutual authentication cannot be specified for %s listeners"
                                .formatted(protocol));
            }
            return null;
        }
        if (wanted == null) {
            return present;
        }
        Mode mode = mode(wanted.mode());
        String trustStore = wanted.trustStoreArn();
        String advertise = wanted.advertiseTrustStoreCaNamesAsString();
        if (advertise != null && !ON_OR_OFF.contains(advertise)) {
            throw ElbErrors.invalid("AdvertiseTrustStoreCaNames", advertise, "one of 'on, off'");
        }
        if (mode != Mode.VERIFY) {
            if (trustStore != null
                    || advertise != null
                    || Boolean.TRUE.equals(wanted.ignoreClientCertificateExpiry())) {
                throw ElbErrors.validation(
                        "A trust store and its settings can be specified only for the mutual"
                                + " authentication mode 'verify'");
            }
            return mode == Mode.OFF ? null : new MutualAuthentication(mode, null, false, false);
        }
        if (trustStore == null) {
            throw ElbErrors.validation(
                    "A trust store must be specified for the mutual authentication mode 'verify'");
        }
        TrustStoreArn arn = References.trustStore(world, trustStore).arn();
        return new MutualAuthentication(
                mode,
                arn,
                Boolean.TRUE.equals(wanted.ignoreClientCertificateExpiry()),
                ON.equals(advertise));
    }

    private static Mode mode(@Nullable String text) {
        return switch (text) {
            case "off" -> Mode.OFF;
            case "passthrough" -> Mode.PASSTHROUGH;
            case "verify" -> Mode.VERIFY;
            case null, default ->
                    throw ElbErrors.invalid(
                            "Mutual authentication mode",
                            text,
                            "one of 'off, passthrough, verify'");
        };
    }

    static MutualAuthenticationAttributes view(MutualAuthentication row) {
        MutualAuthenticationAttributes.Builder view =
                MutualAuthenticationAttributes.builder()
                        .mode(row.mode().name().toLowerCase(Locale.ROOT));
        TrustStoreArn trustStore = row.trustStore();
        return trustStore == null
                ? view.build()
                : view.trustStoreArn(trustStore.text())
                        .ignoreClientCertificateExpiry(row.ignoresExpiry())
                        .advertiseTrustStoreCaNames(row.advertisesAuthorities() ? ON : "off")
                        .trustStoreAssociationStatus("active")
                        .build();
    }
}
