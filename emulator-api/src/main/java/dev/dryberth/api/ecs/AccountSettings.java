package dev.dryberth.api.ecs;

import dev.dryberth.core.model.AccountSetting;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.DeleteAccountSettingRequest;
import software.amazon.awssdk.services.ecs.model.DeleteAccountSettingResponse;
import software.amazon.awssdk.services.ecs.model.ListAccountSettingsRequest;
import software.amazon.awssdk.services.ecs.model.ListAccountSettingsResponse;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingDefaultRequest;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingDefaultResponse;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingRequest;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingResponse;
import software.amazon.awssdk.services.ecs.model.Setting;
import software.amazon.awssdk.services.ecs.model.SettingType;

import java.util.ArrayList;
import java.util.List;

/**
 * The account settings of ECS. A setting is looked up in three steps: the principal's own, else the
 * account's (the root user's), else the default AWS gives new accounts. Only {@code
 * containerInsights} has an effect here: new clusters take it over. Runs on the loop thread.
 */
final class AccountSettings {

    /** A setting's name, what it may be set to, and what it is when nobody set it. */
    enum Name {
        SERVICE_LONG_ARN_FORMAT("serviceLongArnFormat", "enabled", "enabled", "disabled"),
        TASK_LONG_ARN_FORMAT("taskLongArnFormat", "enabled", "enabled", "disabled"),
        CONTAINER_INSTANCE_LONG_ARN_FORMAT(
                "containerInstanceLongArnFormat", "enabled", "enabled", "disabled"),
        AWSVPC_TRUNKING("awsvpcTrunking", "disabled", "enabled", "disabled"),
        CONTAINER_INSIGHTS("containerInsights", "disabled", "enabled", "disabled", "enhanced"),
        DUAL_STACK_IPV6("dualStackIPv6", "enabled", "enabled", "disabled"),
        FARGATE_FIPS_MODE("fargateFIPSMode", "disabled", "enabled", "disabled"),
        TAG_RESOURCE_AUTHORIZATION("tagResourceAuthorization", "on", "on", "off"),
        FARGATE_TASK_RETIREMENT_WAIT_PERIOD("fargateTaskRetirementWaitPeriod", "7", "0", "7", "14"),
        GUARD_DUTY_ACTIVATE("guardDutyActivate", "off"),
        DEFAULT_LOG_DRIVER_MODE("defaultLogDriverMode", "non-blocking", "blocking", "non-blocking"),
        FARGATE_EVENT_WINDOWS("fargateEventWindows", "disabled", "enabled", "disabled");

        private static final List<Name> ALL = List.of(values());
        private static final List<String> WIRE_NAMES = ALL.stream().map(Name::wireName).toList();

        private final String wireName;
        private final String usual;

        @SuppressWarnings("ImmutableEnumChecker") // it is made by List.of
        private final List<String> values;

        Name(String wireName, String usual, String... values) {
            this.wireName = wireName;
            this.usual = usual;
            this.values = List.of(values);
        }

        String wireName() {
            return wireName;
        }

        /** Whether AWS sets it, and nobody else. */
        boolean managedByAws() {
            return values.isEmpty();
        }

        static Name parse(@Nullable String text) {
            for (Name each : ALL) {
                if (each.wireName.equals(text)) {
                    return each;
                }
            }
            throw EcsErrors.notOneOf(text == null ? "name" : text, WIRE_NAMES);
        }
    }

    private static final int MAX_PAGE = 10;

    PutAccountSettingResponse putAccountSetting(Tx tx, PutAccountSettingRequest request) {
        Setting setting =
                put(
                        tx,
                        Name.parse(request.nameAsString()),
                        request.value(),
                        principal(request.principalArn()));
        return PutAccountSettingResponse.builder().setting(setting).build();
    }

    PutAccountSettingDefaultResponse putAccountSettingDefault(
            Tx tx, PutAccountSettingDefaultRequest request) {
        Setting setting =
                put(
                        tx,
                        Name.parse(request.nameAsString()),
                        request.value(),
                        root(Identifiers.scope()));
        return PutAccountSettingDefaultResponse.builder().setting(setting).build();
    }

    ListAccountSettingsResponse listAccountSettings(Tx tx, ListAccountSettingsRequest request) {
        String filter = request.nameAsString();
        Name only = filter == null ? null : Name.parse(filter);
        if (request.value() != null && only == null) {
            throw EcsErrors.invalidParameter(
                    "You must specify a setting name to filter by value."); // [?]
        }
        String principal = principal(request.principalArn());
        Paging paging =
                Paging.of(
                        "ListAccountSettings",
                        request.maxResults(),
                        request.nextToken(),
                        MAX_PAGE,
                        MAX_PAGE);
        boolean effective = Boolean.TRUE.equals(request.effectiveSettings());
        List<Setting> found = new ArrayList<>();
        for (Name name : Name.ALL) {
            if (only != null && name != only) {
                continue;
            }
            Setting setting =
                    effective
                            ? effective(tx.world(), Identifiers.scope(), principal, name)
                            : own(tx.world(), Identifiers.scope(), principal, name);
            if (setting != null
                    && (request.value() == null || request.value().equals(setting.value()))) {
                found.add(setting);
            }
        }
        found.sort((one, other) -> one.nameAsString().compareTo(other.nameAsString()));
        Paging.Page<Setting> page = paging.page(found, Setting::nameAsString);
        return ListAccountSettingsResponse.builder()
                .settings(page.items())
                .nextToken(page.nextToken())
                .build();
    }

    DeleteAccountSettingResponse deleteAccountSetting(Tx tx, DeleteAccountSettingRequest request) {
        Name name = Name.parse(request.nameAsString());
        requireOurs(name);
        Scope scope = Identifiers.scope();
        String principal = principal(request.principalArn());
        tx.delete(
                tx.world().accountSettings(),
                new AccountSetting(scope, principal, name.wireName, "").key());
        String value = effective(tx.world(), scope, principal, name).value();
        return DeleteAccountSettingResponse.builder()
                .setting(setting(name, value, principal))
                .build();
    }

    /** The value that holds for the caller. */
    static String valueForCaller(World world, Name name) {
        Caller caller = Caller.CURRENT.get();
        return effective(world, caller.scope(), caller.principalArn(), name).value();
    }

    private static Setting put(Tx tx, Name name, @Nullable String value, String principal) {
        requireOurs(name);
        if (value == null || !name.values.contains(value)) {
            throw EcsErrors.badSetting("value");
        }
        AccountSetting row =
                new AccountSetting(Identifiers.scope(), principal, name.wireName, value);
        tx.put(tx.world().accountSettings(), row.key(), row);
        return setting(name, value, principal);
    }

    private static void requireOurs(Name name) {
        if (name.managedByAws()) {
            throw EcsErrors.invalidParameter(
                    "The setting " + name.wireName + " is managed by AWS."); // [?]
        }
    }

    private static @Nullable Setting own(World world, Scope scope, String principal, Name name) {
        AccountSetting row =
                world.accountSettings()
                        .get(new AccountSetting(scope, principal, name.wireName, "").key());
        return row == null ? null : setting(name, row.value(), principal);
    }

    private static Setting effective(World world, Scope scope, String principal, Name name) {
        Setting own = own(world, scope, principal, name);
        if (own != null) {
            return own;
        }
        String root = root(scope);
        Setting ofAccount = own(world, scope, root, name);
        return ofAccount != null ? ofAccount : setting(name, name.usual, root);
    }

    private static Setting setting(Name name, String value, String principal) {
        return Setting.builder()
                .name(name.wireName)
                .value(value)
                .principalArn(principal)
                .type(name.managedByAws() ? SettingType.AWS_MANAGED : SettingType.USER)
                .build();
    }

    private static String root(Scope scope) {
        return Caller.rootOf(scope).principalArn();
    }

    private static String principal(@Nullable String given) {
        Caller caller = Caller.CURRENT.get();
        if (given == null || given.isEmpty()) {
            return caller.principalArn();
        }
        String identity = "arn:aws:iam::" + caller.scope().account() + ":";
        boolean known =
                given.equals(identity + "root")
                        || given.startsWith(identity + "user/")
                        || given.startsWith(identity + "role/");
        if (!known) {
            throw EcsErrors.invalidParameter("Invalid principalArn: " + given); // [?]
        }
        return given;
    }
}
