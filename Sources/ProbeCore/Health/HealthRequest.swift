/// The header block of a request to a health service.
package func requestHeaders(
    method: HealthMethod, usesTLS: Bool, authority: String, timeout: Duration?, userAgent: String,
    compresses: Bool = false, metadata: [HeaderField]
) -> HeaderBlock {
    requestHeaders(
        path: method.path, usesTLS: usesTLS, authority: authority, timeout: timeout,
        userAgent: userAgent, compresses: compresses, metadata: metadata)
}
