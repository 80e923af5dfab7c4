package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.RouteTable.Protocol;
import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CarriedTest {

    @ParameterizedTest(name = "{1} of {0}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "APPLICATION, HTTP,    -",
                "APPLICATION, HTTPS,   -",
                "APPLICATION, TCP,     TCP listeners of application load balancers are not carried",
                "NETWORK,     HTTP,    HTTP listeners of network load balancers are not carried",
                "NETWORK,     TCP,     -",
                "NETWORK,     TLS,     -",
                "NETWORK,     UDP,     UDP listeners of network load balancers are not carried",
                "NETWORK,     TCP_UDP, TCP_UDP listeners of network load balancers are not carried"
            })
    void saysWhichListenersItDoesNotCarry(
            RouteTable.Type type, Protocol protocol, @Nullable String refusal) {
        assertThat(Carried.listenerRefusal(type, protocol)).isEqualTo(refusal);
    }

    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "IP,       HTTP,    HTTP1, -",
                "INSTANCE, HTTPS,   HTTP1, -",
                "IP,       HTTP,    HTTP2, protocol version HTTP2 is not carried",
                "IP,       HTTPS,   GRPC,  protocol version GRPC is not carried",
                "ALB,      TCP,     HTTP1, -",
                "IP,       TLS,     HTTP1, -",
                "IP,       UDP,     HTTP1, target groups of protocol UDP are not carried",
                "IP,       TCP_UDP, HTTP1, target groups of protocol TCP_UDP are not carried",
                "IP,       NONE,    HTTP1, target groups of protocol NONE are not carried",
                "LAMBDA,   NONE,    HTTP1, lambda targets are not carried"
            })
    void saysWhichTargetGroupsItDoesNotCarry(
            TargetType type,
            TargetProtocol protocol,
            ProtocolVersion version,
            @Nullable String refusal) {
        assertThat(Carried.groupRefusal(type, protocol, version)).isEqualTo(refusal);
    }
}
