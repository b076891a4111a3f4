// Package browser has tests that open the pages of swarmsim in headless Chromium, as a reader does:
// with the mouse, the keyboard and the eyes. Chromium is found in PATH; without it the tests are
// skipped. install.sh installs it on Debian.
//
//	go test .                                            # as CI runs them
//	SWARMSIM_SCREENSHOTS=/tmp/shots go test . -run Report  # and keep pictures, to look at
//
// # How it works
//
// One Chromium is started for all tests, and reaches no address but this machine's. Each test opens
// tabs of its own. A tab is watched from its first byte: whatever the page complains about, whatever
// its content security policy refuses, and every request that is not to a file, to data inside the
// page or to the test's own server, fails the test.
//
// swarmsim itself is built from this source and run as a program. It is a module of its own, so that
// the simulator needs no browser driver.
package browser
