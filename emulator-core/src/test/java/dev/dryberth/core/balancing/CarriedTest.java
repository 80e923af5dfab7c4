package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.RouteTable.Protocol;
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
                "NETWORK,     UDP,     -",
                "NETWORK,     TCP_UDP, -",
                "APPLICATION, UDP,     UDP listeners of application load balancers are not carried",
                "APPLICATION, TCP_UDP, TCP_UDP listeners of application load balancers are not carried"
            })
    void saysWhichListenersItDoesNotCarry(
            RouteTable.Type type, Protocol protocol, @Nullable String refusal) {
        assertThat(Carried.listenerRefusal(type, protocol)).isEqualTo(refusal);
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "IP,       HTTP,    -",
                "INSTANCE, HTTPS,   -",
                "ALB,      TCP,     -",
                "IP,       TLS,     -",
                "IP,       UDP,     -",
                "INSTANCE, TCP_UDP, -",
                "IP,       NONE,    target groups of protocol NONE are not carried",
                "LAMBDA,   NONE,    -"
            })
    void saysWhichTargetGroupsItDoesNotCarry(
            TargetType type, TargetProtocol protocol, @Nullable String refusal) {
        assertThat(Carried.groupRefusal(type, protocol)).isEqualTo(refusal);
    }
}
