package dev.dryberth.api.aws;

import dev.dryberth.api.aws.cbor.RpcV2Cbor;
import dev.dryberth.api.aws.json.AwsJson;
import dev.dryberth.api.aws.protocol.AwsError;
import dev.dryberth.api.aws.protocol.Protocol;
import dev.dryberth.api.aws.query.AwsQuery;
import dev.dryberth.api.aws.query.QueryForm;
import dev.dryberth.api.http.HttpHandler;
import dev.dryberth.api.http.Request;
import dev.dryberth.api.http.Response;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.wire.WireException;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.Buildable;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The AWS front: takes an HTTP request through the chain that {@link #handle} spells out, and turns
 * whatever goes wrong on the way into the error AWS would answer. Runs on network threads; only the
 * operation itself runs where the {@link Dispatcher} puts it.
 */
public final class AwsFront implements HttpHandler {

    private static final String NOBODY = "-";
    private static final int BAD_REQUEST = 400;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_LARGE = 413;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int UNAVAILABLE = 503;

    private final Guard guard;
    private final OwnEndpoints ownEndpoints;
    private final Services services;
    private final Dispatcher dispatcher;
    private final AwsSettings settings;
    private @Nullable Aside aside;

    public AwsFront(
            List<AwsService> services, Dispatcher dispatcher, Admin admin, AwsSettings settings) {
        this.services = new Services(services);
        this.dispatcher = dispatcher;
        this.settings = settings;
        guard = new Guard(settings.allowedHosts());
        ownEndpoints = new OwnEndpoints(this.services, admin, settings.defaultScope());
    }

    /** The whole path of a request: guard → service → operation → parse → dispatch → serialize. */
    @Override
    public CompletionStage<Response> handle(Request request) {
        Call call = new Call(request);
        try {
            guard.check(request);
            if (ownEndpoints.has(request)) {
                return ownEndpoints.answer(request);
            }
            CredentialScope signature = CredentialScope.of(request);
            AwsService service = findService(request, signature);
            call.service = service;
            Operation operation = findOperation(service, request);
            call.operation = operation;
            SdkPojo input = parse(service, operation, request);
            return run(service, operation, callerOf(signature), input)
                    .handleAsync(
                            (output, failure) ->
                                    failure == null ? call.answered(output) : call.failed(failure),
                            request.executor());
        } catch (RefusedCall refused) {
            return CompletableFuture.completedStage(call.refused(refused.error()));
        } catch (RuntimeException failure) {
            return CompletableFuture.completedStage(call.failed(failure));
        }
    }

    private CompletionStage<SdkPojo> run(
            AwsService service, Operation operation, Caller caller, SdkPojo input) {
        if (service.waiting().contains(operation.name())) {
            return aside().await(caller, () -> operation.call(input));
        }
        return service.aside().contains(operation.name())
                ? aside().run(caller, () -> operation.call(input))
                : dispatcher.dispatch(caller, operation.isReadOnly(), () -> operation.call(input));
    }

    /** Made with the first operation for it. */
    private synchronized Aside aside() {
        if (aside == null) {
            aside = new Aside();
        }
        return aside;
    }

    @Override
    public @Nullable Response refusal(Request head) {
        try {
            guard.check(head);
            return null;
        } catch (RefusedCall refused) {
            return new Call(head).refused(refused.error());
        }
    }

    /** Names as in AWS's list of errors that all its services have in common. */
    @Override
    public Response refused(int status, String message) {
        String code =
                switch (status) {
                    case REQUEST_TIMEOUT -> "RequestTimeoutException";
                    case TOO_LARGE -> "RequestEntityTooLargeException";
                    case UNAVAILABLE -> "ServiceUnavailable";
                    default -> "MalformedHttpRequestException";
                };
        AwsError error = new AwsError(status, code, message, AwsError.Source.FRONT_END, null);
        return AwsJson.V1_1.error(error, Call.newRequestId());
    }

    private AwsService findService(Request request, @Nullable CredentialScope signature)
            throws RefusedCall {
        AwsService service = services.find(request, signature);
        if (service != null) {
            return service;
        }
        String wanted = wanted(request, signature);
        if (wanted != null) {
            throw notImplemented(wanted);
        }
        throw new RefusedCall(
                BAD_REQUEST,
                "UnknownOperationException",
                "This is no AWS request: it has neither X-Amz-Target nor Action nor a signature."
                        + " GET /_dryberth/health tells whether Dryberth is ready.");
    }

    /** What a request for a service we lack would be called. */
    private static @Nullable String wanted(Request request, @Nullable CredentialScope signature) {
        if (RpcV2Cbor.isSpokenBy(request)) {
            String named = RpcV2Cbor.service(request);
            return named == null ? null : named + ":" + RpcV2Cbor.INSTANCE.operation(request);
        }
        String prefix = AwsJson.targetPrefix(request);
        String name = signature == null ? prefix : signature.service();
        String operation =
                prefix == null ? QueryForm.action(request) : AwsJson.V1_1.operation(request);
        if (operation == null) {
            return name;
        }
        return name == null ? operation : name + ":" + operation;
    }

    private Operation findOperation(AwsService service, Request request) throws RefusedCall {
        Protocol protocol = service.protocol(request);
        String name = protocol.operation(request);
        Operation operation = name == null ? null : services.operation(service, name);
        if (operation == null || !protocol.takes(request.method())) {
            throw new RefusedCall(
                    protocol.unknownOperation(request, service.targetPrefixes().getFirst()));
        }
        return operation;
    }

    private static SdkPojo parse(AwsService service, Operation operation, Request request)
            throws RefusedCall {
        SdkPojo builder = operation.newBuilder();
        try {
            service.protocol(request).read(request, builder);
        } catch (WireException wrong) {
            throw new RefusedCall(service.protocol(request).malformed(wrong));
        }
        return (SdkPojo) ((Buildable) builder).build();
    }

    private Caller callerOf(@Nullable CredentialScope signature) {
        return signature == null
                ? Caller.rootOf(settings.defaultScope())
                : signature.caller(settings.defaultScope());
    }

    private static RefusedCall notImplemented(String operation) {
        return new RefusedCall(
                NOT_IMPLEMENTED,
                "UnsupportedOperationException",
                "Dryberth does not implement %s yet. GET /_dryberth/coverage lists what it implements."
                        .formatted(operation));
    }

    /** What is known about the request in hand, for its answer and for the log. */
    private static final class Call {

        private final Request request;
        private final long startNanos = System.nanoTime();
        private final String requestId = newRequestId();
        private @Nullable AwsService service;
        private @Nullable Operation operation;

        Call(Request request) {
            this.request = request;
        }

        /** Random enough to tell requests apart; SecureRandom would cost at the first answer. */
        private static String newRequestId() {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            long version4 = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
            long variant = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
            return new UUID(version4, variant).toString();
        }

        Response answered(SdkPojo output) {
            AwsService owner = service;
            if (owner == null) {
                throw new IllegalStateException("an answer without a service");
            }
            return logged(
                    owner.protocol(request).answer(request, output, owner.fragments(), requestId));
        }

        Response failed(Throwable failure) {
            Throwable cause = AwsError.cause(failure);
            if (cause instanceof UnsupportedOperationException
                    && service != null
                    && operation != null
                    && !operation.isBuilt(service)) {
                return refused(notImplemented(service.name() + ":" + operation.name()).error());
            }
            AwsError error = AwsError.of(cause, requestId);
            if (error.isUnexpected(cause)) {
                CallLog.failed(serviceName(), operationName(), requestId, cause);
            }
            return refused(error);
        }

        Response refused(AwsError error) {
            return logged(protocol().error(request, error, requestId));
        }

        private Protocol protocol() {
            if (service != null) {
                return service.protocol(request);
            }
            if (RpcV2Cbor.isSpokenBy(request)) {
                return RpcV2Cbor.INSTANCE;
            }
            return QueryForm.action(request) == null ? AwsJson.V1_1 : AwsQuery.NAMELESS;
        }

        private Response logged(Response response) {
            CallLog.answered(
                    serviceName(),
                    operationName(),
                    response.status(),
                    System.nanoTime() - startNanos,
                    requestId);
            return response;
        }

        private String serviceName() {
            return service == null ? NOBODY : service.name();
        }

        private String operationName() {
            return operation == null ? NOBODY : operation.name();
        }
    }
}
