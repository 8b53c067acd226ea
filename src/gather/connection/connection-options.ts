/** kubectl's global flags, each with kubectl's meaning. An empty string is the same as an absent flag, as in kubectl. */
export interface ConnectionOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  readonly namespace?: string | undefined;
  readonly server?: string | undefined;
  readonly token?: string | undefined;
  readonly as?: string | undefined;
  readonly asGroup?: readonly string[] | undefined;
  readonly asUid?: string | undefined;
  /** Each as key=value; a key may come several times. */
  readonly asUserExtra?: readonly string[] | undefined;
  readonly certificateAuthority?: string | undefined;
  readonly clientCertificate?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  readonly tlsServerName?: string | undefined;
  /** "0", "10" (seconds) or a Go duration as "1m30s". */
  readonly requestTimeout?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly disableCompression?: boolean | undefined;
  /** Accepted and unused: nothing is discovered, so nothing is cached. */
  readonly cacheDir?: string | undefined;
  /** The N of -v N. */
  readonly verbosity?: number | undefined;
  /** The largest body of one answer, in bytes after decompression. Default: 64 MiB. */
  readonly bodyLimit?: number | undefined;
}
