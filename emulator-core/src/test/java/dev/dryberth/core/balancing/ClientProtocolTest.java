package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientProtocolTest {

    @ParameterizedTest(name = "HTTP/2: {0}, {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "false, application/grpc,           HTTP1",
                "true,  -,                          HTTP2",
                "true,  application/json,           HTTP2",
                "true,  application/grpc,           GRPC",
                "true,  application/grpc+proto,     GRPC",
                "true,  application/grpc;charset=x, GRPC",
                "true,  application/grpc-web,       HTTP2"
            })
    void tellsGrpcByItsContentType(
            boolean http2, @Nullable String contentType, ClientProtocol expected) {
        assertThat(ClientProtocol.of(http2, contentType)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} {1} to {2}: {3}")
    @CsvSource({
        "HTTP1, POST, HTTP1, true",
        "HTTP1, POST, HTTP2, false",
        "HTTP1, POST, GRPC,  false",
        "HTTP2, GET,  HTTP1, true",
        "HTTP2, GET,  HTTP2, true",
        "HTTP2, GET,  GRPC,  false",
        "HTTP2, POST, GRPC,  true",
        "GRPC,  POST, HTTP1, false",
        "GRPC,  POST, HTTP2, true",
        "GRPC,  POST, GRPC,  true"
    })
    void reachesTheGroupsOfAVersion(
            ClientProtocol client, String method, ProtocolVersion version, boolean reaches) {
        assertThat(client.reaches(version, method)).isEqualTo(reaches);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "400, 13", "401, 16", "403, 7", "404, 12", "405, 2", "408, 2", "429, 14", "463, 2",
        "464, 2", "500, 2", "502, 14", "503, 14", "504, 14"
    })
    void hasAGrpcStatusForEveryHttpStatus(int http, int grpc) {
        assertThat(GrpcStatus.ofHttp(http).code()).isEqualTo(grpc);
    }
}
