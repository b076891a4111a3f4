package serve

import "net/http"

// Policies of pages (Content-Security-Policy).
const (
	// ownPolicy lets the page load its own scripts and styles, ask this server, and show results in
	// a frame. It has no script in its text, and none can be made from text.
	ownPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

	// resultPolicy puts a result into a sandbox: its scripts run, as those of a stranger, which can
	// neither ask this server for anything, nor send anything elsewhere, nor open other pages. The
	// policy that a report has itself applies too.
	resultPolicy = "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; " +
		"img-src data: blob:; font-src data:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

// protect sets the headers that every answer has.
func protect(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
}
