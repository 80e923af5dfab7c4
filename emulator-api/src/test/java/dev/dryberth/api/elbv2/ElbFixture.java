package dev.dryberth.api.elbv2;

import dev.dryberth.api.acm.Acm;
import dev.dryberth.api.acm.LocalAuthority;
import dev.dryberth.api.aws.AwsFront;
import dev.dryberth.api.aws.AwsSettings;
import dev.dryberth.api.aws.Dispatcher;
import dev.dryberth.api.aws.NoAdmin;
import dev.dryberth.api.http.HttpLimits;
import dev.dryberth.api.http.HttpServer;
import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.engine.EngineSettings;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.EventLoop;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.network.Networks;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.SecretStore;
import dev.dryberth.core.runtime.journal.MemoryJournal;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Elastic Load Balancing over a real engine and loop, with a clock the test sets and no runtime;
 * called in-process, or over HTTP after {@link #serve}.
 */
public final class ElbFixture implements AutoCloseable {

    public static final Instant START = Instant.parse("2026-11-01T10:15:30.123Z");
    static final String ARN = "arn:aws:elasticloadbalancing:us-east-1:000000000000:";

    public final Engine engine;
    public final ElbV2 elb;
    public final Acm acm;
    private final EventLoop loop;
    private final Networks networks = new Networks(null, List::of);
    private final AtomicReference<Instant> now;

    public ElbFixture() {
        this(new AtomicReference<>(START), null);
    }

    ElbFixture(Path s3Directory) {
        this(new AtomicReference<>(START), s3Directory);
    }

    private ElbFixture(AtomicReference<Instant> now, @Nullable Path s3Directory) {
        this(now, new Clock(now::get, 1), s3Directory);
    }

    /** With a clock that goes by itself. */
    ElbFixture(Clock clock) {
        this(new AtomicReference<>(START), clock, null);
    }

    private ElbFixture(AtomicReference<Instant> now, Clock clock, @Nullable Path s3Directory) {
        this.now = now;
        loop = new EventLoop(clock);
        engine =
                new Engine(
                        new World(),
                        new MemoryJournal(),
                        loop,
                        new NoRuntime(),
                        new Ids(new Random(1)),
                        EngineSettings.withPausePool(0),
                        Runnable::run);
        elb = new ElbV2(engine, networks, s3Directory);
        acm = new Acm(engine, new LocalAuthority(SecretStore.inMemory()));
        loop.start();
        var _ = engine.restore();
    }

    private static final class NoRuntime implements ContainerRuntime {

        @Override
        public String name() {
            return "none";
        }

        @Override
        public void start(Consumer<RuntimeEvent> sink) {}

        @Override
        public void run(Effect effect) {}

        @Override
        public void close() {}
    }

    /** Puts the service behind a server, as the daemon does. */
    public HttpServer serve() throws IOException {
        Dispatcher dispatcher =
                new Dispatcher() {
                    @Override
                    public <R> CompletionStage<R> dispatch(
                            Caller caller, boolean readOnly, Supplier<R> operation) {
                        return engine.submit(caller, operation);
                    }
                };
        return HttpServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpLimits.DEFAULT,
                new AwsFront(
                        List.of(elb.service(), acm.service()),
                        dispatcher,
                        new NoAdmin(),
                        AwsSettings.DEFAULT));
    }

    /** Lets time pass; what is due has run when this returns. */
    public void advance(Duration duration) {
        now.updateAndGet(before -> before.plus(duration));
        CompletableFuture<Boolean> due = new CompletableFuture<>();
        loop.schedule("fixture/advance", now.get(), () -> due.complete(true));
        settle();
        due.join();
        settle();
    }

    /** Waits until all that was posted to the loop has run. */
    void settle() {
        engine.call(tx -> true);
    }

    Vpc vpc() {
        return engine.call(tx -> networks.defaultVpc(tx, Engine.DEFAULT_CALLER.scope()));
    }

    public List<String> subnets() {
        return vpc().subnets().stream().map(Vpc.Subnet::id).toList();
    }

    public LoadBalancer loadBalancer(String name) {
        return elb.createLoadBalancer(request -> request.name(name).subnets(subnets()))
                .loadBalancers()
                .getFirst();
    }

    public LoadBalancer networkLoadBalancer(String name) {
        return elb.createLoadBalancer(
                        request -> request.name(name).type("network").subnets(subnets()))
                .loadBalancers()
                .getFirst();
    }

    TargetGroup targetGroup(String name) {
        return targetGroup(name, TargetTypeEnum.IP, ProtocolEnum.HTTP);
    }

    TargetGroup targetGroup(String name, TargetTypeEnum type, ProtocolEnum protocol) {
        return elb.createTargetGroup(request ->
                        request.name(name)
                                .targetType(type)
                                .protocol(protocol)
                                .port(80)
                                .vpcId(vpc().id()))
                .targetGroups()
                .getFirst();
    }

    Listener listener(LoadBalancer of, int port, Action... actions) {
        return elb.createListener(request ->
                        request.loadBalancerArn(of.loadBalancerArn())
                                .protocol(
                                        of.typeAsString().equals("network")
                                                ? ProtocolEnum.TCP
                                                : ProtocolEnum.HTTP)
                                .port(port)
                                .defaultActions(actions))
                .listeners()
                .getFirst();
    }

    /** The ARN of a certificate for these names. */
    public String certificate(String name, String... others) {
        return acm.requestCertificate(request ->
                        request.domainName(name)
                                .keyAlgorithm("EC_prime256v1")
                                .subjectAlternativeNames(others))
                .certificateArn();
    }

    static Action forward(TargetGroup group) {
        return Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .targetGroupArn(group.targetGroupArn())
                .build();
    }

    public static Action fixedResponse(String status) {
        return Action.builder()
                .type(ActionTypeEnum.FIXED_RESPONSE)
                .fixedResponseConfig(config -> config.statusCode(status))
                .build();
    }

    static String code(Throwable thrown) {
        AwsServiceException refused = (AwsServiceException) thrown;
        String explicit =
                refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorCode();
        return explicit != null
                ? explicit
                : thrown.getClass().getSimpleName().replaceFirst("Exception$", "");
    }

    /** The code an operation is refused with. */
    public static String refusal(Runnable operation) {
        try {
            operation.run();
        } catch (AwsServiceException refused) {
            return code(refused);
        }
        throw new AssertionError("it was not refused");
    }

    @Override
    public void close() {
        loop.close();
    }
}
