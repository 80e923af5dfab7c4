package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.DescribeCapacityProvidersRequest;
import software.amazon.awssdk.services.ecs.model.DescribeCapacityProvidersResponse;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;

import java.util.function.Consumer;

class CapacityProvidersTest {

    private final EcsFixture ecs = new EcsFixture();
    private final CapacityProviders providers = new CapacityProviders();

    @Test
    void describesThoseOfFargateWhenNoneIsNamed() {
        DescribeCapacityProvidersResponse response = describe(request -> {});
        assertThat(response.capacityProviders())
                .extracting(CapacityProvider::name)
                .containsExactly("FARGATE", "FARGATE_SPOT");
        assertThat(response.capacityProviders().getFirst().capacityProviderArn())
                .isEqualTo(EcsFixture.ARN + "capacity-provider/FARGATE");
        assertThat(response.capacityProviders().getFirst().statusAsString()).isEqualTo("ACTIVE");
    }

    @Test
    void findsByArnAndMissesTheUnknown() {
        DescribeCapacityProvidersResponse response =
                describe(request ->
                        request.capacityProviders(
                                EcsFixture.ARN + "capacity-provider/FARGATE_SPOT", "mine"));
        assertThat(response.capacityProviders())
                .extracting(CapacityProvider::name)
                .containsExactly("FARGATE_SPOT");
        assertThat(response.failures())
                .singleElement()
                .satisfies(failure -> {
                    assertThat(failure.arn()).isEqualTo(EcsFixture.ARN + "capacity-provider/mine");
                    assertThat(failure.reason()).isEqualTo("MISSING");
                });
    }

    @Test
    void showsOnlyThoseOfAClusterWhenOneIsNamed() {
        ecs.call(tx ->
                new Clusters()
                        .createCluster(
                                tx,
                                CreateClusterRequest.builder()
                                        .capacityProviders("FARGATE_SPOT")
                                        .build()));
        assertThat(describe(request -> request.cluster("default")).capacityProviders())
                .extracting(CapacityProvider::name)
                .containsExactly("FARGATE_SPOT");
    }

    @Test
    void pages() {
        DescribeCapacityProvidersResponse first = describe(request -> request.maxResults(1));
        assertThat(first.capacityProviders()).hasSize(1);
        assertThat(describe(request -> request.nextToken(first.nextToken())).capacityProviders())
                .extracting(CapacityProvider::name)
                .containsExactly("FARGATE_SPOT");
        assertThatThrownBy(() -> describe(request -> request.maxResults(11)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage("maxResults must be between 1 and 10");
    }

    private DescribeCapacityProvidersResponse describe(
            Consumer<DescribeCapacityProvidersRequest.Builder> changes) {
        DescribeCapacityProvidersRequest.Builder request =
                DescribeCapacityProvidersRequest.builder();
        changes.accept(request);
        return ecs.call(tx -> providers.describeCapacityProviders(tx, request.build()));
    }
}
