package dev.dryberth.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.Task;

import java.time.Instant;
import java.util.HexFormat;

class SdkCborTest {

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static <B extends software.amazon.awssdk.core.SdkPojo> B read(byte[] cbor, B builder) {
        SdkCbor.readInto(cbor, builder);
        return builder;
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Task task =
                Task.builder()
                        .cpu("256")
                        .version(7L)
                        .enableExecuteCommand(true)
                        .containers(
                                software.amazon.awssdk.services.ecs.model.Container.builder()
                                        .name("app 🚢")
                                        .exitCode(-1)
                                        .build())
                        .createdAt(Instant.parse("2026-11-25T09:10:11.123Z"))
                        .build();

        assertThat(read(SdkCbor.toBytes(task), Task.builder()).build()).isEqualTo(task);
    }

    /** {@code {"createdAt": 1(1700000000.123)}}, as RFC 8949 has it. */
    @Test
    void aTimestampIsATaggedNumber() {
        Instant time = Instant.ofEpochMilli(1_700_000_000_123L);
        byte[] cbor = SdkCbor.toBytes(Task.builder().createdAt(time).build());

        assertThat(HexFormat.of().formatHex(cbor))
                .isEqualTo("bf69637265617465644174" + "c1fb41d954fc4007df3b" + "ff");
        byte[] whole = bytes("a1 69637265617465644174 c1 1a6553f100");
        assertThat(read(whole, Task.builder()).build().createdAt())
                .isEqualTo(Instant.ofEpochSecond(1_700_000_000));
    }

    @Test
    void takesDefiniteAndIndefiniteLengthsAndIgnoresWhatItDoesNotKnow() {
        // {"maxResults": 5, "unknown": [_ 1, {}], "cluster": (_ "a", "b")}
        byte[] cbor =
                bytes(
                        "a3 6a6d6178526573756c7473 05 67756e6b6e6f776e 9f01a0ff"
                                + " 67636c7573746572 7f61616162ff");

        ListTasksRequest request = read(cbor, ListTasksRequest.builder()).build();

        assertThat(request.maxResults()).isEqualTo(5);
        assertThat(request.cluster()).isEqualTo("ab");
        assertThat(read(new byte[0], ListTasksRequest.builder()).build().cluster()).isNull();
    }

    @Test
    void refusesWhatIsBrokenOrOfAnotherShape() {
        for (String each :
                new String[] {
                    "a1", // ends early
                    "80", // a list
                    "a1 67636c7573746572 05", // a number for a string
                    "a0 a0", // something behind it
                    "a1 67636c7573746572 ff" // a break out of place
                }) {
            assertThatExceptionOfType(WireException.class)
                    .as(each)
                    .isThrownBy(() -> SdkCbor.readInto(bytes(each), ListTasksRequest.builder()));
        }
        for (String number : new String[] {"fb7ff8000000000000", "fb7fefffffffffffff", "6161"}) {
            assertThatExceptionOfType(WireException.class)
                    .isThrownBy(() ->
                            SdkCbor.readInto(
                                    bytes("a1 69637265617465644174 c1" + number), Task.builder()));
        }
    }
}
