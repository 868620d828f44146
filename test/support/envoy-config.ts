/** Where the listeners of an Envoy under test are, and the service that it asks. */
export interface EnvoyPorts {
  /** Limits by asking the rate limit service for each request. */
  readonly rls: number;
  /** Limits by itself, as the quota service assigns. */
  readonly rlqs: number;
  readonly upstream: number;
  readonly service: number;
}

const TYPES = "type.googleapis.com/envoy";
const HTTP = `${TYPES}.extensions.filters.http`;
const HEADER = `${TYPES}.type.matcher.v3.HttpRequestHeaderMatchInput`;
const ROUTER = {
  name: "envoy.filters.http.router",
  typed_config: { "@type": `${HTTP}.router.v3.Router` },
};
const LIMITS = { envoy_grpc: { cluster_name: "limits" } };
const OK = { direct_response: { status: 200, body: { inline_string: "ok\n" } } };

/** An Envoy in front of an upstream that always answers: by header x-user for RLS, x-vm for RLQS. */
export function envoyConfig(ports: EnvoyPorts): object {
  const user = { request_headers: { header_name: "x-user", descriptor_key: "user" } };
  const limits = { rate_limits: [{ actions: [user] }] };
  return {
    static_resources: {
      listeners: [
        listener(ports.rls, { route: { cluster: "up" } }, limits, [rateLimit(), ROUTER]),
        listener(ports.rlqs, { route: { cluster: "up" } }, {}, [rateLimitQuota(), ROUTER]),
        listener(ports.upstream, OK, {}, [ROUTER]),
      ],
      clusters: [cluster("up", ports.upstream, {}), cluster("limits", ports.service, http2())],
    },
  };
}

function rateLimit(): object {
  return {
    name: "envoy.filters.http.ratelimit",
    typed_config: {
      "@type": `${HTTP}.ratelimit.v3.RateLimit`,
      domain: "edge",
      failure_mode_deny: true,
      timeout: "60s",
      enable_x_ratelimit_headers: "DRAFT_VERSION_03",
      rate_limit_service: { transport_api_version: "V3", grpc_service: LIMITS },
    },
  };
}

function rateLimitQuota(): object {
  const header = { "@type": HEADER, header_name: "x-vm" };
  const settings = {
    "@type": `${HTTP}.rate_limit_quota.v3.RateLimitQuotaBucketSettings`,
    bucket_id_builder: {
      bucket_id_builder: { vm: { custom_value: { name: "vm", typed_config: header } } },
    },
    reporting_interval: "1s",
    no_assignment_behavior: { fallback_rate_limit: { blanket_rule: "ALLOW_ALL" } },
    expired_assignment_behavior: { fallback_rate_limit: { blanket_rule: "DENY_ALL" } },
  };
  const anyVm = {
    input: { name: "header", typed_config: header },
    value_match: { safe_regex: { google_re2: {}, regex: ".+" } },
  };
  const action = { name: "rate_limit_quota", typed_config: settings };
  return {
    name: "envoy.filters.http.rate_limit_quota",
    typed_config: {
      "@type": `${HTTP}.rate_limit_quota.v3.RateLimitQuotaFilterConfig`,
      domain: "fleet",
      rlqs_server: LIMITS,
      bucket_matchers: {
        matcher_list: {
          matchers: [{ predicate: { single_predicate: anyVm }, on_match: { action } }],
        },
      },
    },
  };
}

function listener(port: number, action: object, host: object, filters: readonly object[]): object {
  const manager = "http_connection_manager";
  const routes = [{ match: { prefix: "/" }, ...action }];
  return {
    name: `listener-${port}`,
    address: address(port),
    filter_chains: [
      {
        filters: [
          {
            name: `envoy.filters.network.${manager}`,
            typed_config: {
              "@type": `${TYPES}.extensions.filters.network.${manager}.v3.HttpConnectionManager`,
              stat_prefix: `port-${port}`,
              route_config: { virtual_hosts: [{ name: "all", domains: ["*"], routes, ...host }] },
              http_filters: filters,
            },
          },
        ],
      },
    ],
  };
}

function cluster(name: string, port: number, more: object): object {
  const endpoints = [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }];
  return { name, type: "STATIC", load_assignment: { cluster_name: name, endpoints }, ...more };
}

function http2(): object {
  const options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  return {
    typed_extension_protocol_options: {
      [options]: {
        "@type": `type.googleapis.com/${options}`,
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
  };
}

function address(port: number): object {
  return { socket_address: { address: "127.0.0.1", port_value: port } };
}
