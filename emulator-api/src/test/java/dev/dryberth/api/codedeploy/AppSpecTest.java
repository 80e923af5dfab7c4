package dev.dryberth.api.codedeploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Stage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;

import java.util.Objects;

class AppSpecTest {

    private static final Scope SCOPE = new Scope("us-east-1", "000000000000");

    private static final String WHOLE =
            """
            version: 0.0
            Resources:
              - TargetService:
                  Type: AWS::ECS::Service
                  Properties:
                    TaskDefinition: "arn:aws:ecs:us-east-1:000000000000:task-definition/web:7"
                    LoadBalancerInfo:
                      ContainerName: "app"
                      ContainerPort: 8080
                    PlatformVersion: "1.4.0"
                    NetworkConfiguration:
                      AwsvpcConfiguration:
                        Subnets: ["subnet-1", "subnet-2"]
                        SecurityGroups: ["sg-1"]
                        AssignPublicIp: "ENABLED"
                    CapacityProviderStrategy:
                      - Base: 1
                        CapacityProvider: "FARGATE_SPOT"
                        Weight: 2
            Hooks:
              - BeforeInstall: "check"
              - AfterAllowTraffic: "arn:aws:lambda:us-east-1:000000000000:function:other"
            """;

    private static AppSpec parse(String content) {
        return AppSpec.parse(content, SCOPE);
    }

    @Test
    void isReadFromYaml() {
        AppSpec spec = parse(WHOLE);
        assertThat(spec.taskDefinition()).endsWith("task-definition/web:7");
        assertThat(spec.container()).isEqualTo("app");
        assertThat(spec.containerPort()).isEqualTo(8080);
        assertThat(spec.platformVersion()).isEqualTo("1.4.0");
        var network = Objects.requireNonNull(spec.network()).awsvpcConfiguration();
        assertThat(network.subnets()).containsExactly("subnet-1", "subnet-2");
        assertThat(network.assignPublicIpAsString()).isEqualTo("ENABLED");
        assertThat(spec.capacityProviders().getFirst().weight()).isEqualTo(2);
        assertThat(spec.hooks())
                .containsEntry(
                        Stage.PRE_SCALE_UP, "arn:aws:lambda:us-east-1:000000000000:function:check")
                .containsEntry(
                        Stage.POST_PRODUCTION_TRAFFIC_SHIFT,
                        "arn:aws:lambda:us-east-1:000000000000:function:other")
                .hasSize(2);
    }

    @Test
    void isReadFromJsonAndInAnyCase() {
        AppSpec spec =
                parse(
                        """
                        {\t"version": 0.0, "resources": [{"s": {"type": "AWS::ECS::Service", "properties": {
                        \t"taskDefinition": "web:7", "loadBalancerInfo":
                          {"containerName": "app", "containerPort": "80"}}}}]}
                        """);
        assertThat(spec.containerPort()).isEqualTo(80);
        assertThat(spec.hooks()).isEmpty();
        assertThat(spec.network()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "Resources: 3",
                "Resources: []",
                "Resources: [{a: {Type: AWS::Lambda::Function}}]",
                "Resources: [{a: {Type: 'AWS::ECS::Service', Properties: {}}}]",
                "Resources: [{a: {Type: 'AWS::ECS::Service', Properties: {TaskDefinition: x,"
                        + " LoadBalancerInfo: {ContainerName: app, ContainerPort: many}}}}]",
                "a: &a [*a, *a]",
                "!!javax.script.ScriptEngineManager [!!java.net.URL ['http://localhost/']]"
            })
    void anythingElseIsRefused(String content) {
        assertThatThrownBy(() -> parse(content))
                .isInstanceOf(CodeDeployException.class)
                .hasMessageContaining("The AppSpec file is invalid: ");
    }

    @Test
    void whatTakesNoFunctionIsRefused() {
        assertThatThrownBy(() -> parse(WHOLE.replace("BeforeInstall", "Install")))
                .hasMessageContaining("Install is no lifecycle event that takes a function");
        assertThatThrownBy(() -> parse(WHOLE.replace("BeforeInstall", "AfterAllowTraffic")))
                .hasMessageContaining("more than one function");
    }

    @Test
    void aFileThatBlowsUpIsRefused() {
        assertThatThrownBy(() -> parse("a: " + "x".repeat(AppSpec.MAX_LENGTH)))
                .hasMessageContaining("longer than");
        assertThatThrownBy(() -> parse("[".repeat(1000) + "]".repeat(1000)))
                .hasMessageContaining("neither YAML nor JSON");
    }
}
