package dev.dryberth.api.ecs;

import static dev.dryberth.api.ecs.TaskDefinitionRulesTest.withApp;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.HostAccess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.Device;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

class HostAccessRulesTest {

    private static final HostAccess HOME =
            new HostAccess(List.of("/home/dev/", "/srv/./data"), false);
    private static final HostAccess PRIVILEGED = new HostAccess(List.of(), true);

    private final EcsFixture ecs = new EcsFixture();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/home/dev",
                "/home/dev/",
                "/home/dev/app",
                "//home//dev/./app",
                "/srv/data/x"
            })
    void mountsWhatLiesBelowAnAllowedDirectory(String path) {
        accept(HOME, host(path));
        accept(HOME, bind(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/home", "/home/dev2", "/home/de", "/etc", "/srv/data2", "/HOME/dev"})
    void refusesWhatLiesElsewhere(String path) {
        String message =
                "Volume 'data' mounts the host directory "
                        + path
                        + ", which lies below no directory allowed with the daemon's flag"
                        + " --allow-mount.";
        refuse(HOME, message, host(path));
        refuse(HOME, message, bind(path));
        refuse(HostAccess.NONE, message, host(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/home/dev/../../etc",
                "/home/dev/..",
                "home/dev",
                "..",
                "C:\\x",
                "/home/dev/\u0000"
            })
    void refusesPathsThatClimbOrAreNotAbsolute(String path) {
        refuse(
                HOME,
                "Volume 'data' has the host path "
                        + path
                        + " (expected: an absolute path without ..).",
                host(path));
    }

    @Test
    void allowsEverythingBelowTheRootWhenTheRootIsAllowed() {
        accept(new HostAccess(List.of("/"), false), host("/etc"));
    }

    @Test
    void needsNothingForVolumesThatTouchNoHostPath() {
        accept(HostAccess.NONE, request -> request.volumes(TaskDefinitionRulesTest.volume("a")));
        accept(HostAccess.NONE, docker(Map.of()));
        accept(HostAccess.NONE, docker(Map.of("type", "tmpfs", "device", "tmpfs")));
        accept(
                HostAccess.NONE,
                docker(Map.of("type", "nfs", "device", ":/export", "o", "addr=10.0.0.1,rw")));
    }

    @ParameterizedTest
    @CsvSource({
        "ext4, /dev/sda1, ''",
        "overlay, overlay, 'lowerdir=/,upperdir=/tmp/u'",
        "'', /dev/sda1, ''"
    })
    void refusesDockerVolumesThatMountTheHostsDevices(String type, String device, String options) {
        Map<String, String> driverOpts = Map.of("type", type, "device", device, "o", options);
        refuse(
                HOME,
                "Volume 'data' mounts the host's device "
                        + device
                        + ", which needs the daemon's flag --allow-privileged.",
                docker(driverOpts));
        accept(PRIVILEGED, docker(driverOpts));
    }

    @Test
    void refusesABindThatHidesBehindAnotherType() {
        refuse(
                HOME,
                "Volume 'data' mounts the host directory /etc, which lies below no directory"
                        + " allowed with the daemon's flag --allow-mount.",
                docker(Map.of("type", "tmpfs", "device", "/etc", "o", "rw,RBIND")));
    }

    @Test
    void refusesWhatGivesRootOnTheHost() {
        refuseUnprivileged(
                "Container 'app' is privileged, which needs the daemon's flag --allow-privileged.",
                withApp(container -> container.privileged(true)));
        refuseUnprivileged(
                "pidMode host needs the daemon's flag --allow-privileged.",
                request -> request.pidMode("host"));
        refuseUnprivileged(
                "ipcMode host needs the daemon's flag --allow-privileged.",
                request -> request.ipcMode("host"));
        refuseUnprivileged(
                "linuxParameters.devices needs the daemon's flag --allow-privileged.",
                withApp(container ->
                        container.linuxParameters(linux ->
                                linux.devices(Device.builder().hostPath("/dev/mem").build()))));
        refuseUnprivileged(
                "linuxParameters.capabilities.add SYS_ADMIN needs the daemon's flag"
                        + " --allow-privileged.",
                withApp(container ->
                        container.linuxParameters(
                                linux -> linux.capabilities(caps -> caps.add("SYS_ADMIN")))));
        refuseUnprivileged(
                "dockerSecurityOptions apparmor:unconfined needs the daemon's flag"
                        + " --allow-privileged.",
                withApp(container -> container.dockerSecurityOptions("apparmor:unconfined")));
    }

    @Test
    void takesWhatIsHarmless() {
        accept(
                HostAccess.NONE,
                withApp(container ->
                        container
                                .privileged(false)
                                .dockerSecurityOptions("no-new-privileges")
                                .linuxParameters(linux ->
                                        linux.capabilities(
                                                caps -> caps.add("SYS_PTRACE").drop("ALL")))));
    }

    @Test
    void refusesAllowedDirectoriesThatAreNoAbsolutePaths() {
        assertThatThrownBy(() -> EcsFixture.taskDefinitions(new HostAccess(List.of("../x"), false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("allowed mount: ../x (expected: an absolute path without ..)");
    }

    private void refuseUnprivileged(
            String message, Consumer<RegisterTaskDefinitionRequest.Builder> changes) {
        refuse(HOME, message, changes);
        accept(PRIVILEGED, changes);
    }

    private void accept(
            HostAccess access, Consumer<RegisterTaskDefinitionRequest.Builder> changes) {
        TaskDefinitions definitions = EcsFixture.taskDefinitions(access);
        assertThatCode(() ->
                        ecs.call(tx ->
                                definitions.registerTaskDefinition(
                                        tx, EcsFixture.request(changes))))
                .doesNotThrowAnyException();
    }

    private void refuse(
            HostAccess access,
            String message,
            Consumer<RegisterTaskDefinitionRequest.Builder> changes) {
        TaskDefinitions definitions = EcsFixture.taskDefinitions(access);
        assertThatThrownBy(() ->
                        ecs.call(tx ->
                                definitions.registerTaskDefinition(
                                        tx, EcsFixture.request(changes))))
                .isInstanceOf(ClientException.class)
                .hasMessage(message);
    }

    private static Consumer<RegisterTaskDefinitionRequest.Builder> host(String path) {
        return request ->
                request.volumes(
                        Volume.builder()
                                .name("data")
                                .host(properties -> properties.sourcePath(path))
                                .build());
    }

    private static Consumer<RegisterTaskDefinitionRequest.Builder> bind(String path) {
        return docker(Map.of("type", "none", "device", path, "o", "bind"));
    }

    private static Consumer<RegisterTaskDefinitionRequest.Builder> docker(
            Map<String, String> driverOpts) {
        return request ->
                request.volumes(
                        Volume.builder()
                                .name("data")
                                .dockerVolumeConfiguration(docker -> docker.driverOpts(driverOpts))
                                .build());
    }
}
