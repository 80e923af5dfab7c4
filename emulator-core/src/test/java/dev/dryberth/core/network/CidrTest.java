package dev.dryberth.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "10.1.2.3/8, 10.0.0.0/8",
        "192.168.255.255/20, 192.168.240.0/20",
        "255.255.255.255/32, 255.255.255.255/32",
        "1.2.3.4/0, 0.0.0.0/0"
    })
    void aRangeStartsAtItsFirstAddress(String text, String range) {
        assertThat(Cidr.parse(text)).hasToString(range);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0/8",
                "10.0.0.0.0/8",
                "10.0.0.256/8",
                "10.0.0.-1/8",
                "10.0.0.+1/8",
                "10.0.0./8",
                "10.0.0.x/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/8/8",
                "10.0.0.99999999999/8"
            })
    void whatIsNoRangeIsRefusedByName(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .message()
                .contains("'");
    }

    @Test
    void aPrefixIsFromNoneToAllBits() {
        assertThatThrownBy(() -> new Cidr(0, 33)).hasMessage("prefix: 33 (expected: 0 to 32)");
        assertThatThrownBy(() -> new Cidr(0, -1)).hasMessage("prefix: -1 (expected: 0 to 32)");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.200.0.0/16, true",
        "10.200.0.0/16, 10.0.0.0/8, true",
        "10.0.0.0/16, 10.1.0.0/16, false",
        "172.31.0.0/16, 172.16.0.0/12, true",
        "0.0.0.0/0, 203.0.113.7/32, true",
        "127.0.0.0/8, 128.0.0.0/8, false"
    })
    void rangesOverlapWhenOneHoldsTheOther(String a, String b, boolean overlap) {
        assertThat(Cidr.parse(a).overlaps(Cidr.parse(b))).isEqualTo(overlap);
    }

    @Test
    void partsLieSideBySide() {
        Cidr range = Cidr.parse("172.31.0.0/16");

        assertThat(range.part(0, 20)).hasToString("172.31.0.0/20");
        assertThat(range.part(1, 20)).hasToString("172.31.16.0/20");
        assertThat(range.part(15, 20)).hasToString("172.31.240.0/20");
    }

    @Test
    void addressesCountFromTheFirst() {
        assertThat(Cidr.parse("192.168.0.0/16").addressAt(0)).isEqualTo("192.168.0.0");
        assertThat(Cidr.parse("192.168.0.0/16").addressAt(258)).isEqualTo("192.168.1.2");
        assertThat(Cidr.parse("0.0.0.0/0").size()).isEqualTo(1L << 32);
        assertThat(Cidr.parse("10.0.0.0/32").size()).isEqualTo(1);
    }
}
