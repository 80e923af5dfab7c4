package dev.dryberth.api.aws;

import dev.dryberth.api.aws.cbor.RpcV2Cbor;
import dev.dryberth.api.aws.json.AwsJson;
import dev.dryberth.api.aws.json.RestJson;
import dev.dryberth.api.aws.query.QueryForm;
import dev.dryberth.api.http.Request;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Which service, and which of its operations, a request is for. Safe on any thread. */
final class Services {

    private static final Pattern OPERATION_NAME = Pattern.compile("[A-Z][A-Za-z0-9]{0,99}");

    private final List<AwsService> all;
    private final Map<String, AwsService> byTargetPrefix = new HashMap<>();
    private final Map<String, AwsService> bySigningName = new HashMap<>();

    /** By identity: hashing a service's eight members for every request would be a waste. */
    private final IdentityHashMap<AwsService, Map<String, Operation>> operations =
            new IdentityHashMap<>();

    Services(List<AwsService> all) {
        this.all = List.copyOf(all);
        for (AwsService service : all) {
            service.targetPrefixes().forEach(prefix -> byTargetPrefix.put(prefix, service));
            service.signingNames().forEach(name -> bySigningName.put(name, service));
            operations.put(service, new ConcurrentHashMap<>());
        }
    }

    List<AwsService> all() {
        return all;
    }

    /**
     * By the path of Smithy's RPC protocol or X-Amz-Target, else by what the signature is for, else
     * by the host name's first part, else by the Version of an Action, else by its path.
     */
    @Nullable AwsService find(Request request, @Nullable CredentialScope signature) {
        String prefix =
                RpcV2Cbor.isSpokenBy(request)
                        ? RpcV2Cbor.service(request)
                        : AwsJson.targetPrefix(request);
        if (prefix != null) {
            return byTargetPrefix.get(prefix);
        }
        if (signature != null && bySigningName.containsKey(signature.service())) {
            return bySigningName.get(signature.service());
        }
        String host = request.host();
        AwsService byHost =
                host == null ? null : bySigningName.get(host.substring(0, firstDot(host)));
        String version = byHost == null ? QueryForm.version(request) : null;
        if (version != null) {
            return byTargetPrefix.get(version);
        }
        return byHost == null ? byPath(request) : byHost;
    }

    private @Nullable AwsService byPath(Request request) {
        for (AwsService each : all) {
            if (each.protocol(request) instanceof RestJson rest
                    && rest.operation(request) != null) {
                return each;
            }
        }
        return null;
    }

    private static int firstDot(String host) {
        int dot = host.indexOf('.');
        return dot < 0 ? host.length() : dot;
    }

    /** Absent if the service has no such operation. Looked up when first asked for, then kept. */
    @Nullable Operation operation(AwsService service, String name) {
        Map<String, Operation> known = operations.get(service);
        Operation operation = known == null ? null : known.get(name);
        if (operation != null || known == null || !OPERATION_NAME.matcher(name).matches()) {
            return operation;
        }
        Operation found = Operation.find(service, name);
        if (found != null) {
            known.put(name, found);
        }
        return found;
    }
}
