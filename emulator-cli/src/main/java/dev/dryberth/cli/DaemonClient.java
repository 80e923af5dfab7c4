package dev.dryberth.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.dryberth.cli.rehearsal.Endpoint;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * A daemon's API as the command line uses it: its own pages, and AWS's JSON protocol without an
 * SDK. Any thread.
 */
final class DaemonClient implements Endpoint {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    /**
     * A reset answers only when the last container is gone, which may take as long as one may take
     * to stop.
     */
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(3);

    private static final int FIRST_ERROR_STATUS = 400;
    private static final String ELB_VERSION = "2015-12-01";
    private static final String ECS_TARGET = "AmazonEC2ContainerServiceV20141113.";

    /** Where an ARN has its region and account. */
    private static final int REGION = 3;

    private static final int ACCOUNT = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI endpoint;
    private final @Nullable String region;
    private final @Nullable String account;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_LIMIT)
                    .build();

    DaemonClient(URI endpoint) {
        this(endpoint, null, null);
    }

    /**
     * Speaks for an account in a region where the API names neither by itself.
     *
     * @param region null, as the account is then: the daemon's own
     */
    DaemonClient(URI endpoint, @Nullable String region, @Nullable String account) {
        this.endpoint = endpoint;
        this.region = region;
        this.account = account;
    }

    URI endpoint() {
        return endpoint;
    }

    /** The JSON of one of the daemon's own pages. */
    JsonNode get(String path) {
        return parse(send(request(path).GET().build()));
    }

    @Override
    public String text(String path) {
        return send(request(path).GET().build());
    }

    void post(String path) {
        send(request(path).POST(HttpRequest.BodyPublishers.noBody()).build());
    }

    @Override
    public JsonNode call(AwsApi api, String operation, JsonNode body) {
        return parse(
                send(
                        signed(api.signingName())
                                .header("Content-Type", "application/x-amz-json-1.1")
                                .header("X-Amz-Target", api.target() + "." + operation)
                                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                                .build()));
    }

    @Override
    public JsonNode elb(String operation, String form) {
        String members = "Action=" + operation + "&Version=" + ELB_VERSION;
        return parse(
                send(
                        signed("elasticloadbalancing")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .header("Accept", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                form.isEmpty() ? members : members + "&" + form))
                                .build()));
    }

    /** The daemon takes region, account and service from a signature and verifies nothing. */
    private HttpRequest.Builder signed(String service) {
        HttpRequest.Builder request = request("/");
        return region == null
                ? request
                : request.header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=%s/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=none"
                                .formatted(account, region, service));
    }

    @Override
    public JsonNode page(String path) {
        return get(path);
    }

    /** Calls an ECS operation with a JSON body and gives the JSON of its answer. */
    JsonNode ecs(String operation, String body) {
        return parse(send(ecsRequest(operation, body).build()));
    }

    /**
     * The same for a resource of any region and account, which the daemon takes from the signature
     * as AWS does; it verifies none.
     */
    JsonNode ecs(String operation, String arn, String body) {
        String[] parts = arn.split(":", -1);
        return parse(
                send(
                        ecsRequest(operation, body)
                                .header(
                                        "Authorization",
                                        ("AWS4-HMAC-SHA256 Credential=%s/20260101/%s/ecs/aws4_request,"
                                                        + " SignedHeaders=host, Signature=none")
                                                .formatted(parts[ACCOUNT], parts[REGION]))
                                .build()));
    }

    private HttpRequest.Builder ecsRequest(String operation, String body) {
        return request("/")
                .header("Content-Type", "application/x-amz-json-1.1")
                .header("X-Amz-Target", ECS_TARGET + operation)
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(endpoint.resolve(path)).timeout(ANSWER_LIMIT);
    }

    private String send(HttpRequest request) {
        try {
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= FIRST_ERROR_STATUS) {
                throw new CommandFailure(
                        "%s %s answered %d: %s"
                                .formatted(
                                        request.method(),
                                        request.uri(),
                                        response.statusCode(),
                                        message(response.body())));
            }
            return response.body();
        } catch (IOException e) {
            throw new CommandFailure(
                    "no daemon answers at %s (start one: dryberth serve; or name one with --endpoint): %s"
                            .formatted(endpoint, e),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    /** The message of an error's JSON; of anything else, all of it. */
    private static String message(String body) {
        try {
            return JSON.readTree(body).path("message").asText(body.strip());
        } catch (JsonProcessingException notJson) {
            return body.strip();
        }
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new CommandFailure("not JSON: " + body, e);
        }
    }
}
