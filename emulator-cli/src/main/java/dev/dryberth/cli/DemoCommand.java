package dev.dryberth.cli;

import dev.dryberth.cli.engine.EngineException;
import dev.dryberth.cli.engine.EnsureEngine;
import dev.dryberth.core.runtime.docker.BusyboxImage;
import dev.dryberth.core.runtime.docker.EngineUnavailableException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.Callable;

@Command(
        name = "demo",
        description = {
            "Makes sure of a Docker engine, starts a daemon, runs an example task through the AWS API and shows what it",
            "answers. The daemon stays until Ctrl-C and removes everything it made."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--exit",
            description =
                    "End after the check, with status 0 only if the container really answered.")
    private boolean exit;

    @Override
    public Integer call() {
        EnsureEngine engine = EnsureEngine.onThisMachine();
        ServeOptions options = new ServeOptions();
        options.ephemeral = true;
        options.port = freePort();
        String image;
        try {
            options.dockerHost = engine.ensure();
            image = image(options.dockerHost, engine);
        } catch (EngineException | EngineUnavailableException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
        LogbackConfigurator.logCalls(false);
        Daemon daemon = Daemon.start(options, HeadStart.begin(options));
        Runtime.getRuntime().addShutdownHook(new Thread(daemon::close, "shutdown"));
        Demo demo = new Demo(new DaemonClient(daemon.endpoint()), image, System.out);
        demo.run();
        if (exit) {
            demo.stopTask();
            return 0;
        }
        demo.showWhatToTryNext();
        LogbackConfigurator.logCalls(true);
        daemon.awaitClose();
        return 0;
    }

    private static String image(String dockerHost, EnsureEngine engine) throws EngineException {
        try {
            return new BusyboxImage(dockerHost).ensure();
        } catch (EngineUnavailableException e) {
            if (engine.installBusybox()) {
                return new BusyboxImage(dockerHost).ensure();
            }
            throw e;
        }
    }

    private static int freePort() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), ServeOptions.DEFAULT_PORT));
            return ServeOptions.DEFAULT_PORT;
        } catch (IOException e) {
            System.out.println(
                    "Port %d is taken (another Dryberth or LocalStack?): the demo takes a free one."
                            .formatted(ServeOptions.DEFAULT_PORT));
            return 0;
        }
    }
}
