package dev.dryberth.cli.acceptance;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the Docker engine itself says of one daemon's containers, networks and volumes. */
public final class DockerView implements AutoCloseable {

    private static final String INSTANCE = "dev.dryberth.instance";
    private static final String TASK = "dev.dryberth.task";
    private static final String API_VERSION = "1.41";

    private final DockerClient docker;
    private final String instance;

    /** Sees what carries the label of {@code instance}. */
    public DockerView(String instance) {
        this.instance = instance;
        DockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withApiVersion(API_VERSION)
                        .build();
        this.docker =
                DockerClientImpl.getInstance(
                        config,
                        new ZerodepDockerHttpClient.Builder()
                                .dockerHost(config.getDockerHost())
                                .sslConfig(config.getSSLConfig())
                                .build());
    }

    /** Everything of this daemon that the engine has, running or not, one line each. */
    public List<String> everything() {
        List<String> all = new ArrayList<>();
        for (Container container : containers()) {
            all.add(
                    "container "
                            + Arrays.toString(container.getNames())
                            + " "
                            + container.getStatus());
        }
        for (Network network : networks()) {
            all.add("network " + network.getName());
        }
        for (InspectVolumeResponse volume : volumes()) {
            all.add("volume " + volume.getName());
        }
        return all;
    }

    /** The names of the containers that carry a task's label, running or not. */
    public List<String> containersOf(String taskArn) {
        return docker
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(INSTANCE + "=" + instance, TASK + "=" + taskArn))
                .exec()
                .stream()
                .map(container -> Arrays.toString(container.getNames()))
                .toList();
    }

    /** A container as the engine shows it. */
    public InspectContainerResponse inspect(String runtimeId) {
        return docker.inspectContainerCmd(runtimeId).exec();
    }

    /** The containers of this daemon, running or not. */
    public List<Container> containers() {
        return docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(INSTANCE + "=" + instance))
                .exec();
    }

    private List<Network> networks() {
        return docker.listNetworksCmd()
                .withFilter("label", List.of(INSTANCE + "=" + instance))
                .exec();
    }

    private List<InspectVolumeResponse> volumes() {
        List<InspectVolumeResponse> found =
                docker.listVolumesCmd()
                        .withFilter("label", List.of(INSTANCE + "=" + instance))
                        .exec()
                        .getVolumes();
        return found == null ? List.of() : found;
    }

    /** The ids of the containers that are connected to this daemon's networks. */
    public Set<String> connected() {
        Set<String> ids = new TreeSet<>();
        for (Network network : networks()) {
            ids.addAll(
                    docker.inspectNetworkCmd()
                            .withNetworkId(network.getId())
                            .exec()
                            .getContainers()
                            .keySet());
        }
        return ids;
    }

    /** Removes a container behind the daemon's back, if it is there. */
    public void remove(String idOrName) {
        try {
            docker.removeContainerCmd(idOrName).withForce(true).exec();
        } catch (NotFoundException | ConflictException goneOrGoing) {
            // Then somebody else removes it, or has done so.
        }
    }

    /** Ends a container's processes behind the daemon's back, if it runs. */
    void kill(String id) {
        try {
            docker.killContainerCmd(id).exec();
        } catch (NotFoundException | ConflictException goneOrEnded) {
            // Then something else was quicker.
        }
    }

    /** Runs a program inside a container and does not wait for it. */
    void execute(String id, String... command) {
        String exec = docker.execCreateCmd(id).withCmd(command).exec().getId();
        docker.execStartCmd(exec).withDetach(true).exec(new ResultCallback.Adapter<>());
    }

    /** Removes what a broken daemon left, so that it does not stand in the way of the next test. */
    void removeEverything() {
        for (Container container : containers()) {
            unlessGone(() -> docker.removeContainerCmd(container.getId()).withForce(true).exec());
        }
        for (Network network : networks()) {
            unlessGone(() -> docker.removeNetworkCmd(network.getId()).exec());
        }
        for (InspectVolumeResponse volume : volumes()) {
            unlessGone(() -> docker.removeVolumeCmd(volume.getName()).exec());
        }
    }

    /** Builds an image that has nothing but its Dockerfile; the first 12 digits of its id. */
    String build(String tag, String dockerfile) {
        try {
            Path directory = Files.createTempDirectory("image-");
            Path file = Files.writeString(directory.resolve("Dockerfile"), dockerfile);
            try {
                return docker.buildImageCmd(file.toFile())
                        .withTags(Set.of(tag))
                        .exec(new BuildImageResultCallback())
                        .awaitImageId();
            } finally {
                Files.delete(file);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes an image and its names, if it is there and nothing runs it. */
    void removeImage(String id) {
        try {
            docker.removeImageCmd(id).withForce(true).exec();
        } catch (NotFoundException | ConflictException goneOrInUse) {
            // Then a test has failed already, and said why.
        }
    }

    private static void unlessGone(Runnable removal) {
        try {
            removal.run();
        } catch (NotFoundException gone) {
            // What is gone is what was wanted.
        }
    }

    @Override
    public void close() {
        try {
            docker.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
