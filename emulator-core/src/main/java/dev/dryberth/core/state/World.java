package dev.dryberth.core.state;

import dev.dryberth.core.model.AccountSetting;
import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.AlarmHistoryItem;
import dev.dryberth.core.model.Certificate;
import dev.dryberth.core.model.CertificateArn;
import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.CodeDeployApplication;
import dev.dryberth.core.model.CodeDeployArn;
import dev.dryberth.core.model.CodeDeployConfig;
import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.model.CodeDeployGroup;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.Family;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.RuleArn;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceEvent;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TrustStore;
import dev.dryberth.core.model.TrustStoreArn;
import dev.dryberth.core.model.Vpc;

import java.util.List;
import java.util.function.Function;

/** Everything the daemon knows, as typed tables. Owned by the loop thread. */
public final class World {

    private final Table<ClusterArn, Cluster> clusters =
            new Table<>("cluster", Cluster.class, ClusterArn::parse);
    private final Table<Family.Key, Family> families =
            new Table<>("family", Family.class, Family.Key::parse);
    private final Table<TaskDefinitionArn, TaskDefinition> taskDefinitions =
            new Table<>("task-definition", TaskDefinition.class, TaskDefinitionArn::parse);
    private final Table<TaskArn, Task> tasks = new Table<>("task", Task.class, TaskArn::parse);
    private final Index<TaskGroup, TaskArn, Task> tasksOfGroup =
            tasks.index(task -> task.isStopped() ? List.of() : List.of(TaskGroup.of(task)));
    private final Index<ContainerInstanceArn, TaskArn, Task> tasksOnInstance =
            tasks.index(World::instanceOf);
    private final Index<ServiceArn, TaskArn, Task> tasksOfService = tasks.index(World::serviceOf);
    private final Index<Target.Key, TaskArn, Task> tasksBehindTarget =
            tasks.index(task -> {
                Membership membership = task.membership();
                return membership == null ? List.of() : membership.targets();
            });
    private final Index<TaskStatus, TaskArn, Task> tasksComingUp =
            tasks.index(task ->
                    !task.stopping() && task.lastStatus().compareTo(TaskStatus.RUNNING) < 0
                            ? List.of(task.lastStatus())
                            : List.of());
    private final Table<ServiceArn, Service> services =
            new Table<>("service", Service.class, ServiceArn::parse);
    private final Index<ClusterArn, ServiceArn, Service> servicesWatchingInstances =
            services.index(service ->
                    service.daemon() || service.zoneRebalancing() || service.problem() != null
                            ? List.of(service.arn().clusterArn())
                            : List.of());
    private final Index<AlarmArn, ServiceArn, Service> servicesWatchingAlarm =
            services.index(World::alarmsOf);
    private final Table<ServiceRevisionArn, ServiceRevision> serviceRevisions =
            new Table<>("service-revision", ServiceRevision.class, ServiceRevisionArn::parse);
    private final Table<ServiceDeploymentArn, ServiceDeployment> serviceDeployments =
            new Table<>("service-deployment", ServiceDeployment.class, ServiceDeploymentArn::parse);
    private final Table<ServiceEvent.Key, ServiceEvent> serviceEvents =
            new Table<>("service-event", ServiceEvent.class, ServiceEvent.Key::parse);
    private final Table<ContainerInstanceArn, ContainerInstance> containerInstances =
            new Table<>("container-instance", ContainerInstance.class, ContainerInstanceArn::parse);
    private final Table<String, AccountSetting> accountSettings =
            new Table<>("account-setting", AccountSetting.class, Function.identity());
    private final Table<String, ClientToken> clientTokens =
            new Table<>("client-token", ClientToken.class, Function.identity());
    private final Table<String, Vpc> vpcs = new Table<>("vpc", Vpc.class, Function.identity());
    private final Table<String, Eni> enis = new Table<>("eni", Eni.class, Function.identity());
    private final Index<String, String, Eni> spareEnis =
            enis.index(eni ->
                    eni.task() == null && eni.state() != Eni.State.DELETING
                            ? List.of(eni.subnetId())
                            : List.of());
    private final Index<Eni.Place, String, Eni> enisAt =
            enis.index(eni -> List.of(new Eni.Place(eni.subnetId(), eni.address())));
    private final Table<LoadBalancerArn, LoadBalancer> loadBalancers =
            new Table<>("load-balancer", LoadBalancer.class, LoadBalancerArn::parse);
    private final Table<ListenerArn, Listener> listeners =
            new Table<>("listener", Listener.class, ListenerArn::parse);
    private final Table<RuleArn, ListenerRule> listenerRules =
            new Table<>("listener-rule", ListenerRule.class, RuleArn::parse);
    private final Table<TargetGroupArn, TargetGroup> targetGroups =
            new Table<>("target-group", TargetGroup.class, TargetGroupArn::parse);
    private final Table<Target.Key, Target> targets =
            new Table<>("target", Target.class, Target.Key::parse);
    private final Table<AlarmArn, Alarm> alarms =
            new Table<>("alarm", Alarm.class, AlarmArn::parse);
    private final Table<AlarmHistoryItem.Key, AlarmHistoryItem> alarmHistory =
            new Table<>("alarm-history", AlarmHistoryItem.class, AlarmHistoryItem.Key::parse);
    private final Table<CertificateArn, Certificate> certificates =
            new Table<>("certificate", Certificate.class, CertificateArn::parse);
    private final Table<TrustStoreArn, TrustStore> trustStores =
            new Table<>("trust-store", TrustStore.class, TrustStoreArn::parse);
    private final Table<FunctionArn, LambdaFunction> functions =
            new Table<>("function", LambdaFunction.class, FunctionArn::parse);
    private final Table<CodeDeployArn, CodeDeployApplication> codeDeployApplications =
            new Table<>(
                    "codedeploy-application", CodeDeployApplication.class, CodeDeployArn::parse);
    private final Table<CodeDeployArn, CodeDeployGroup> codeDeployGroups =
            new Table<>("codedeploy-group", CodeDeployGroup.class, CodeDeployArn::parse);
    private final Table<CodeDeployArn, CodeDeployConfig> codeDeployConfigs =
            new Table<>("codedeploy-config", CodeDeployConfig.class, CodeDeployArn::parse);
    private final Table<CodeDeployArn, CodeDeployDeployment> codeDeployDeployments =
            new Table<>("codedeploy-deployment", CodeDeployDeployment.class, CodeDeployArn::parse);

    public Table<ClusterArn, Cluster> clusters() {
        return clusters;
    }

    public Table<Family.Key, Family> families() {
        return families;
    }

    public Table<TaskDefinitionArn, TaskDefinition> taskDefinitions() {
        return taskDefinitions;
    }

    public Table<TaskArn, Task> tasks() {
        return tasks;
    }

    /** Tasks that have not stopped, by cluster and group. */
    public Index<TaskGroup, TaskArn, Task> tasksOfGroup() {
        return tasksOfGroup;
    }

    /** Tasks that have not stopped, by the instance they were placed on. */
    public Index<ContainerInstanceArn, TaskArn, Task> tasksOnInstance() {
        return tasksOnInstance;
    }

    /** Tasks that their service still has something to do with. */
    public Index<ServiceArn, TaskArn, Task> tasksOfService() {
        return tasksOfService;
    }

    /** The task that a target's traffic goes to. */
    public Index<Target.Key, TaskArn, Task> tasksBehindTarget() {
        return tasksBehindTarget;
    }

    /** Tasks that are to run and do not yet, by how far they are. */
    public Index<TaskStatus, TaskArn, Task> tasksComingUp() {
        return tasksComingUp;
    }

    public Table<ServiceArn, Service> services() {
        return services;
    }

    /** Daemons, services evened out over zones or kept from going on by something, by cluster. */
    public Index<ClusterArn, ServiceArn, Service> servicesWatchingInstances() {
        return servicesWatchingInstances;
    }

    /** Services whose deployments an alarm ends. */
    public Index<AlarmArn, ServiceArn, Service> servicesWatchingAlarm() {
        return servicesWatchingAlarm;
    }

    public Table<ServiceRevisionArn, ServiceRevision> serviceRevisions() {
        return serviceRevisions;
    }

    public Table<ServiceDeploymentArn, ServiceDeployment> serviceDeployments() {
        return serviceDeployments;
    }

    /** What services said, in the order they said it. */
    public Table<ServiceEvent.Key, ServiceEvent> serviceEvents() {
        return serviceEvents;
    }

    public Table<ContainerInstanceArn, ContainerInstance> containerInstances() {
        return containerInstances;
    }

    public Table<String, AccountSetting> accountSettings() {
        return accountSettings;
    }

    public Table<String, ClientToken> clientTokens() {
        return clientTokens;
    }

    /** VPCs by id. */
    public Table<String, Vpc> vpcs() {
        return vpcs;
    }

    /** Network interfaces by id: those of tasks and those of the ready pool. */
    public Table<String, Eni> enis() {
        return enis;
    }

    /** Interfaces of the ready pool that are there to stay, by the subnet's id. */
    public Index<String, String, Eni> spareEnis() {
        return spareEnis;
    }

    /** The interface that has an address. */
    public Index<Eni.Place, String, Eni> enisAt() {
        return enisAt;
    }

    public Table<LoadBalancerArn, LoadBalancer> loadBalancers() {
        return loadBalancers;
    }

    public Table<ListenerArn, Listener> listeners() {
        return listeners;
    }

    /** Rules of listeners, without the default ones. */
    public Table<RuleArn, ListenerRule> listenerRules() {
        return listenerRules;
    }

    public Table<TargetGroupArn, TargetGroup> targetGroups() {
        return targetGroups;
    }

    public Table<Target.Key, Target> targets() {
        return targets;
    }

    public Table<AlarmArn, Alarm> alarms() {
        return alarms;
    }

    /** What happened to alarms, also to those that are gone. */
    public Table<AlarmHistoryItem.Key, AlarmHistoryItem> alarmHistory() {
        return alarmHistory;
    }

    /** Certificates of ACM, with their keys. */
    public Table<CertificateArn, Certificate> certificates() {
        return certificates;
    }

    public Table<TrustStoreArn, TrustStore> trustStores() {
        return trustStores;
    }

    public Table<FunctionArn, LambdaFunction> functions() {
        return functions;
    }

    public Table<CodeDeployArn, CodeDeployApplication> codeDeployApplications() {
        return codeDeployApplications;
    }

    public Table<CodeDeployArn, CodeDeployGroup> codeDeployGroups() {
        return codeDeployGroups;
    }

    /** The deployment configurations that somebody made; the predefined ones are no rows. */
    public Table<CodeDeployArn, CodeDeployConfig> codeDeployConfigs() {
        return codeDeployConfigs;
    }

    public Table<CodeDeployArn, CodeDeployDeployment> codeDeployDeployments() {
        return codeDeployDeployments;
    }

    /** Every table, for the journal. */
    public List<Table<?, ?>> tables() {
        return List.of(
                clusters,
                families,
                taskDefinitions,
                tasks,
                services,
                serviceRevisions,
                serviceDeployments,
                serviceEvents,
                containerInstances,
                accountSettings,
                clientTokens,
                vpcs,
                enis,
                loadBalancers,
                listeners,
                listenerRules,
                targetGroups,
                targets,
                alarms,
                alarmHistory,
                certificates,
                trustStores,
                functions,
                codeDeployApplications,
                codeDeployGroups,
                codeDeployConfigs,
                codeDeployDeployments);
    }

    private static List<ContainerInstanceArn> instanceOf(Task task) {
        ContainerInstanceArn instance = task.origin().containerInstance();
        return instance == null || task.isStopped() ? List.of() : List.of(instance);
    }

    private static List<AlarmArn> alarmsOf(Service service) {
        return service.rules().alarms().names().stream()
                .map(name -> new AlarmArn(service.arn().scope(), name))
                .toList();
    }

    private static List<ServiceArn> serviceOf(Task task) {
        Membership membership = task.membership();
        return membership == null || membership.left() ? List.of() : List.of(membership.service());
    }

    /** The tasks of one group in one cluster. */
    public record TaskGroup(ClusterArn cluster, String group) {

        static TaskGroup of(Task task) {
            return new TaskGroup(task.arn().clusterArn(), task.origin().group());
        }
    }
}
