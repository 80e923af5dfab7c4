package dev.dryberth.api.ecs;

import dev.dryberth.api.aws.AwsService;
import dev.dryberth.api.aws.json.AwsJson;
import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.network.Networks;

import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContinueServiceDeploymentRequest;
import software.amazon.awssdk.services.ecs.model.ContinueServiceDeploymentResponse;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.CreateClusterResponse;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.CreateServiceResponse;
import software.amazon.awssdk.services.ecs.model.CreateTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.CreateTaskSetResponse;
import software.amazon.awssdk.services.ecs.model.DeleteAccountSettingRequest;
import software.amazon.awssdk.services.ecs.model.DeleteAccountSettingResponse;
import software.amazon.awssdk.services.ecs.model.DeleteAttributesRequest;
import software.amazon.awssdk.services.ecs.model.DeleteAttributesResponse;
import software.amazon.awssdk.services.ecs.model.DeleteClusterRequest;
import software.amazon.awssdk.services.ecs.model.DeleteClusterResponse;
import software.amazon.awssdk.services.ecs.model.DeleteServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeleteServiceResponse;
import software.amazon.awssdk.services.ecs.model.DeleteTaskDefinitionsRequest;
import software.amazon.awssdk.services.ecs.model.DeleteTaskDefinitionsResponse;
import software.amazon.awssdk.services.ecs.model.DeleteTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.DeleteTaskSetResponse;
import software.amazon.awssdk.services.ecs.model.DeregisterContainerInstanceRequest;
import software.amazon.awssdk.services.ecs.model.DeregisterContainerInstanceResponse;
import software.amazon.awssdk.services.ecs.model.DeregisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DeregisterTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.DescribeCapacityProvidersRequest;
import software.amazon.awssdk.services.ecs.model.DescribeCapacityProvidersResponse;
import software.amazon.awssdk.services.ecs.model.DescribeClustersRequest;
import software.amazon.awssdk.services.ecs.model.DescribeClustersResponse;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeServiceDeploymentsRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServiceDeploymentsResponse;
import software.amazon.awssdk.services.ecs.model.DescribeServiceRevisionsRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServiceRevisionsResponse;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTaskSetsRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskSetsResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.GetTaskProtectionRequest;
import software.amazon.awssdk.services.ecs.model.GetTaskProtectionResponse;
import software.amazon.awssdk.services.ecs.model.ListAccountSettingsRequest;
import software.amazon.awssdk.services.ecs.model.ListAccountSettingsResponse;
import software.amazon.awssdk.services.ecs.model.ListAttributesRequest;
import software.amazon.awssdk.services.ecs.model.ListAttributesResponse;
import software.amazon.awssdk.services.ecs.model.ListClustersRequest;
import software.amazon.awssdk.services.ecs.model.ListClustersResponse;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.ListServiceDeploymentsRequest;
import software.amazon.awssdk.services.ecs.model.ListServiceDeploymentsResponse;
import software.amazon.awssdk.services.ecs.model.ListServicesByNamespaceRequest;
import software.amazon.awssdk.services.ecs.model.ListServicesByNamespaceResponse;
import software.amazon.awssdk.services.ecs.model.ListServicesRequest;
import software.amazon.awssdk.services.ecs.model.ListServicesResponse;
import software.amazon.awssdk.services.ecs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.ecs.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionFamiliesRequest;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionFamiliesResponse;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionsRequest;
import software.amazon.awssdk.services.ecs.model.ListTaskDefinitionsResponse;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingDefaultRequest;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingDefaultResponse;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingRequest;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingResponse;
import software.amazon.awssdk.services.ecs.model.PutAttributesRequest;
import software.amazon.awssdk.services.ecs.model.PutAttributesResponse;
import software.amazon.awssdk.services.ecs.model.PutClusterCapacityProvidersRequest;
import software.amazon.awssdk.services.ecs.model.PutClusterCapacityProvidersResponse;
import software.amazon.awssdk.services.ecs.model.RegisterContainerInstanceRequest;
import software.amazon.awssdk.services.ecs.model.RegisterContainerInstanceResponse;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.StartTaskRequest;
import software.amazon.awssdk.services.ecs.model.StartTaskResponse;
import software.amazon.awssdk.services.ecs.model.StopServiceDeploymentRequest;
import software.amazon.awssdk.services.ecs.model.StopServiceDeploymentResponse;
import software.amazon.awssdk.services.ecs.model.StopTaskRequest;
import software.amazon.awssdk.services.ecs.model.StopTaskResponse;
import software.amazon.awssdk.services.ecs.model.TagResourceRequest;
import software.amazon.awssdk.services.ecs.model.TagResourceResponse;
import software.amazon.awssdk.services.ecs.model.UntagResourceRequest;
import software.amazon.awssdk.services.ecs.model.UntagResourceResponse;
import software.amazon.awssdk.services.ecs.model.UpdateClusterRequest;
import software.amazon.awssdk.services.ecs.model.UpdateClusterResponse;
import software.amazon.awssdk.services.ecs.model.UpdateClusterSettingsRequest;
import software.amazon.awssdk.services.ecs.model.UpdateClusterSettingsResponse;
import software.amazon.awssdk.services.ecs.model.UpdateServicePrimaryTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServicePrimaryTaskSetResponse;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceResponse;
import software.amazon.awssdk.services.ecs.model.UpdateTaskProtectionRequest;
import software.amazon.awssdk.services.ecs.model.UpdateTaskProtectionResponse;
import software.amazon.awssdk.services.ecs.model.UpdateTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.UpdateTaskSetResponse;

import java.util.List;

/**
 * Amazon ECS: the table of contents. Each operation runs in one transaction on the loop; those that
 * are not overridden are not built, and say so. May be called on any thread.
 */
public final class Ecs implements EcsClient {

    private final Engine engine;
    private final Networks networks;
    private final Clusters clusters;
    private final CapacityProviders capacityProviders;
    private final AccountSettings accountSettings;
    private final Tags tags;
    private final TaskDefinitions taskDefinitions;
    private final TaskDefinitionLists taskDefinitionLists = new TaskDefinitionLists();
    private final Attributes attributes;
    private final ContainerInstances containerInstances;
    private final RunTasks runTasks;
    private final Tasks tasks;
    private final TaskViews views = new TaskViews();
    private final Services services;
    private final ServiceUpdates serviceUpdates;
    private final ServiceLists serviceLists = new ServiceLists();
    private final ServiceDeploymentsApi serviceDeployments;
    private final TaskSets taskSets;
    private final Replacements replacements;
    private final TaskProtection taskProtection;

    /**
     * Everything ECS knows how to do.
     *
     * @param architecture of the engine that runs the tasks, as AWS names it: {@code x86_64}
     */
    public Ecs(Engine engine, Networks networks, HostAccess hostAccess, String architecture) {
        this.engine = engine;
        this.networks = networks;
        Clock clock = engine.loop().clock();
        clusters = new Clusters();
        capacityProviders = new CapacityProviders();
        accountSettings = new AccountSettings();
        tags = new Tags();
        taskDefinitions = new TaskDefinitions(clock, hostAccess);
        attributes = new Attributes();
        containerInstances = new ContainerInstances(engine, clusters);
        LaunchRules launchRules =
                new LaunchRules(hostAccess, new TaskNetworks(networks), architecture);
        runTasks = new RunTasks(engine, launchRules, views);
        tasks = new Tasks(clock, views);
        ServiceRevisions revisions = new ServiceRevisions(launchRules);
        services = new Services(clock, engine.ids(), revisions);
        serviceUpdates = new ServiceUpdates(clock, services, revisions);
        serviceDeployments = new ServiceDeploymentsApi(clock);
        taskSets = new TaskSets(clock, engine.ids(), revisions);
        replacements = new Replacements(clock, engine.ids(), revisions);
        taskProtection = new TaskProtection(clock);
    }

    /** What CodeDeploy does with services. */
    public Replacements replacements() {
        return replacements;
    }

    /** ECS as the request chain serves it. */
    public AwsService service() {
        return new AwsService(
                        "ecs",
                        "AmazonEC2ContainerServiceV20141113",
                        List.of("ecs"),
                        AwsJson.V1_1,
                        EcsClient.class,
                        this)
                .withRecordedOnly(EcsCoverage.recordedOnly())
                .withFragments(views);
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateClusterResponse createCluster(CreateClusterRequest request) {
        return engine.call(tx -> clusters.createCluster(tx, request));
    }

    @Override
    public DeleteClusterResponse deleteCluster(DeleteClusterRequest request) {
        return engine.call(tx -> clusters.deleteCluster(tx, request));
    }

    @Override
    public DescribeClustersResponse describeClusters(DescribeClustersRequest request) {
        return engine.call(tx -> clusters.describeClusters(tx, request));
    }

    @Override
    public ListClustersResponse listClusters(ListClustersRequest request) {
        return engine.call(tx -> clusters.listClusters(tx, request));
    }

    @Override
    public UpdateClusterResponse updateCluster(UpdateClusterRequest request) {
        return engine.call(tx -> clusters.updateCluster(tx, request));
    }

    @Override
    public UpdateClusterSettingsResponse updateClusterSettings(
            UpdateClusterSettingsRequest request) {
        return engine.call(tx -> clusters.updateClusterSettings(tx, request));
    }

    @Override
    public PutClusterCapacityProvidersResponse putClusterCapacityProviders(
            PutClusterCapacityProvidersRequest request) {
        return engine.call(tx -> clusters.putClusterCapacityProviders(tx, request));
    }

    @Override
    public DescribeCapacityProvidersResponse describeCapacityProviders(
            DescribeCapacityProvidersRequest request) {
        return engine.call(tx -> capacityProviders.describeCapacityProviders(tx, request));
    }

    @Override
    public PutAccountSettingResponse putAccountSetting(PutAccountSettingRequest request) {
        return engine.call(tx -> accountSettings.putAccountSetting(tx, request));
    }

    @Override
    public PutAccountSettingDefaultResponse putAccountSettingDefault(
            PutAccountSettingDefaultRequest request) {
        return engine.call(tx -> accountSettings.putAccountSettingDefault(tx, request));
    }

    @Override
    public ListAccountSettingsResponse listAccountSettings(ListAccountSettingsRequest request) {
        return engine.call(tx -> accountSettings.listAccountSettings(tx, request));
    }

    @Override
    public DeleteAccountSettingResponse deleteAccountSetting(DeleteAccountSettingRequest request) {
        return engine.call(tx -> accountSettings.deleteAccountSetting(tx, request));
    }

    @Override
    public TagResourceResponse tagResource(TagResourceRequest request) {
        return engine.call(tx -> tags.tagResource(tx, request));
    }

    @Override
    public UntagResourceResponse untagResource(UntagResourceRequest request) {
        return engine.call(tx -> tags.untagResource(tx, request));
    }

    @Override
    public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
        return engine.call(tx -> tags.listTagsForResource(tx, request));
    }

    @Override
    public RegisterTaskDefinitionResponse registerTaskDefinition(
            RegisterTaskDefinitionRequest request) {
        return engine.call(tx -> {
            RegisterTaskDefinitionResponse response =
                    taskDefinitions.registerTaskDefinition(tx, request);
            if (request.networkMode() == NetworkMode.AWSVPC) {
                // So that namespaces stand ready when its first task is run.
                networks.defaultVpc(tx, Identifiers.scope());
            }
            return response;
        });
    }

    @Override
    public DeregisterTaskDefinitionResponse deregisterTaskDefinition(
            DeregisterTaskDefinitionRequest request) {
        return engine.call(tx -> taskDefinitions.deregisterTaskDefinition(tx, request));
    }

    @Override
    public DescribeTaskDefinitionResponse describeTaskDefinition(
            DescribeTaskDefinitionRequest request) {
        return engine.call(tx -> taskDefinitions.describeTaskDefinition(tx, request));
    }

    @Override
    public ListTaskDefinitionsResponse listTaskDefinitions(ListTaskDefinitionsRequest request) {
        return engine.call(tx -> taskDefinitionLists.listTaskDefinitions(tx, request));
    }

    @Override
    public ListTaskDefinitionFamiliesResponse listTaskDefinitionFamilies(
            ListTaskDefinitionFamiliesRequest request) {
        return engine.call(tx -> taskDefinitionLists.listTaskDefinitionFamilies(tx, request));
    }

    @Override
    public DeleteTaskDefinitionsResponse deleteTaskDefinitions(
            DeleteTaskDefinitionsRequest request) {
        return engine.call(tx -> taskDefinitions.deleteTaskDefinitions(tx, request));
    }

    @Override
    public PutAttributesResponse putAttributes(PutAttributesRequest request) {
        return engine.call(tx -> attributes.putAttributes(tx, request));
    }

    @Override
    public ListAttributesResponse listAttributes(ListAttributesRequest request) {
        return engine.call(tx -> attributes.listAttributes(tx, request));
    }

    @Override
    public DeleteAttributesResponse deleteAttributes(DeleteAttributesRequest request) {
        return engine.call(tx -> attributes.deleteAttributes(tx, request));
    }

    @Override
    public RegisterContainerInstanceResponse registerContainerInstance(
            RegisterContainerInstanceRequest request) {
        return engine.call(tx -> containerInstances.registerContainerInstance(tx, request));
    }

    @Override
    public DeregisterContainerInstanceResponse deregisterContainerInstance(
            DeregisterContainerInstanceRequest request) {
        return engine.call(tx -> containerInstances.deregisterContainerInstance(tx, request));
    }

    @Override
    public DescribeContainerInstancesResponse describeContainerInstances(
            DescribeContainerInstancesRequest request) {
        return engine.call(tx -> containerInstances.describeContainerInstances(tx, request));
    }

    @Override
    public ListContainerInstancesResponse listContainerInstances(
            ListContainerInstancesRequest request) {
        return engine.call(tx -> containerInstances.listContainerInstances(tx, request));
    }

    @Override
    public RunTaskResponse runTask(RunTaskRequest request) {
        return engine.call(tx -> runTasks.runTask(tx, request));
    }

    @Override
    public StartTaskResponse startTask(StartTaskRequest request) {
        return engine.call(tx -> runTasks.startTask(tx, request));
    }

    @Override
    public StopTaskResponse stopTask(StopTaskRequest request) {
        return engine.call(tx -> tasks.stopTask(tx, request));
    }

    @Override
    public DescribeTasksResponse describeTasks(DescribeTasksRequest request) {
        return engine.call(tx -> tasks.describeTasks(tx, request));
    }

    @Override
    public ListTasksResponse listTasks(ListTasksRequest request) {
        return engine.call(tx -> tasks.listTasks(tx, request));
    }

    @Override
    public CreateServiceResponse createService(CreateServiceRequest request) {
        return engine.call(tx -> services.createService(tx, request));
    }

    @Override
    public DeleteServiceResponse deleteService(DeleteServiceRequest request) {
        return engine.call(tx -> services.deleteService(tx, request));
    }

    @Override
    public UpdateServiceResponse updateService(UpdateServiceRequest request) {
        return engine.call(tx -> serviceUpdates.updateService(tx, request));
    }

    @Override
    public DescribeServicesResponse describeServices(DescribeServicesRequest request) {
        return engine.call(tx -> serviceLists.describeServices(tx, request));
    }

    @Override
    public ListServicesResponse listServices(ListServicesRequest request) {
        return engine.call(tx -> serviceLists.listServices(tx, request));
    }

    @Override
    public ListServicesByNamespaceResponse listServicesByNamespace(
            ListServicesByNamespaceRequest request) {
        return engine.call(tx -> serviceLists.listServicesByNamespace(request));
    }

    @Override
    public DescribeServiceDeploymentsResponse describeServiceDeployments(
            DescribeServiceDeploymentsRequest request) {
        return engine.call(tx -> serviceDeployments.describeServiceDeployments(tx, request));
    }

    @Override
    public DescribeServiceRevisionsResponse describeServiceRevisions(
            DescribeServiceRevisionsRequest request) {
        return engine.call(tx -> serviceDeployments.describeServiceRevisions(tx, request));
    }

    @Override
    public ListServiceDeploymentsResponse listServiceDeployments(
            ListServiceDeploymentsRequest request) {
        return engine.call(tx -> serviceDeployments.listServiceDeployments(tx, request));
    }

    @Override
    public StopServiceDeploymentResponse stopServiceDeployment(
            StopServiceDeploymentRequest request) {
        return engine.call(tx -> serviceDeployments.stopServiceDeployment(tx, request));
    }

    @Override
    public ContinueServiceDeploymentResponse continueServiceDeployment(
            ContinueServiceDeploymentRequest request) {
        return engine.call(tx -> serviceDeployments.continueServiceDeployment(tx, request));
    }

    @Override
    public CreateTaskSetResponse createTaskSet(CreateTaskSetRequest request) {
        return engine.call(tx -> taskSets.createTaskSet(tx, request));
    }

    @Override
    public DeleteTaskSetResponse deleteTaskSet(DeleteTaskSetRequest request) {
        return engine.call(tx -> taskSets.deleteTaskSet(tx, request));
    }

    @Override
    public DescribeTaskSetsResponse describeTaskSets(DescribeTaskSetsRequest request) {
        return engine.call(tx -> taskSets.describeTaskSets(tx, request));
    }

    @Override
    public UpdateTaskSetResponse updateTaskSet(UpdateTaskSetRequest request) {
        return engine.call(tx -> taskSets.updateTaskSet(tx, request));
    }

    @Override
    public UpdateServicePrimaryTaskSetResponse updateServicePrimaryTaskSet(
            UpdateServicePrimaryTaskSetRequest request) {
        return engine.call(tx -> taskSets.updateServicePrimaryTaskSet(tx, request));
    }

    @Override
    public GetTaskProtectionResponse getTaskProtection(GetTaskProtectionRequest request) {
        return engine.call(tx -> taskProtection.getTaskProtection(tx, request));
    }

    @Override
    public UpdateTaskProtectionResponse updateTaskProtection(UpdateTaskProtectionRequest request) {
        return engine.call(tx -> taskProtection.updateTaskProtection(tx, request));
    }
}
