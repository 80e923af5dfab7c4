package dev.dryberth.cli.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.cli.rehearsal.InjectedFault.Revision;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class InjectedFaultTest {

    @Test
    void readsEveryPart() {
        InjectedFault fault =
                InjectedFault.parse("revision=new,after=2m,for=90s,status=503,rate=5%,delay=250ms");
        assertThat(fault)
                .isEqualTo(
                        new InjectedFault(
                                Revision.NEW,
                                Duration.ofMinutes(2),
                                Duration.ofSeconds(90),
                                503,
                                0.05,
                                Duration.ofMillis(250)));
    }

    @Test
    void whatIsNotSaidIsEveryRequestFromTheBeginning() {
        InjectedFault fault = InjectedFault.parse("rate=1");
        assertThat(fault.revision()).isEqualTo(Revision.ANY);
        assertThat(fault.status()).isEqualTo(500);
        assertThat(fault.inForce(Duration.ZERO)).isTrue();
        assertThat(fault.inForce(Duration.ofDays(1))).isTrue();
    }

    @Test
    void holdsFromItsBeginningUntilItsEnd() {
        InjectedFault fault = InjectedFault.parse("after=1m,for=1m");
        assertThat(fault.inForce(Duration.ofSeconds(59))).isFalse();
        assertThat(fault.inForce(Duration.ofMinutes(1))).isTrue();
        assertThat(fault.inForce(Duration.ofMinutes(2))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "500",
                "status=99",
                "status=abc",
                "rate=0",
                "rate=1.5",
                "rate=101%",
                "rate=-1",
                "after=2",
                "after=2d",
                "revision=blue",
                "speed=2",
                "rate=0.5,,status=500"
            })
    void saysWhatItExpects(String text) {
        assertThatThrownBy(() -> InjectedFault.parse(text))
                .isInstanceOf(RehearsalException.class)
                .hasMessageContaining("expected: revision=new|old|any,after=2m");
    }
}
