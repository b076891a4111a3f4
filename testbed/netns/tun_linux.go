package netns

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

const (
	tunPath   = "/dev/net/tun"
	tunDevice = "tun0"
)

// openTUN makes a TUN device in the calling thread's namespace, and sets up the loopback device.
func openTUN(address netip.Prefix, congestion string) (fd int, err error) {
	fd, err = unix.Open(tunPath, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, unix.ENODEV):
		return -1, &UnavailableError{tunPath + " does not exist", "load the kernel's module tun, or pass the device to the container"}
	case err != nil:
		return -1, &UnavailableError{fmt.Sprintf("%s cannot be opened: %v", tunPath, err), "its usual mode is 0666"}
	}
	if err := setUp(fd, address, congestion); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func setUp(fd int, address netip.Prefix, congestion string) error {
	request, err := unix.NewIfreq(tunDevice)
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		return fmt.Errorf("%s: %w", tunPath, err)
	}
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return fmt.Errorf("lo: %w", err)
	}
	device, err := netlink.LinkByName(tunDevice)
	if err != nil {
		return fmt.Errorf("%s: %w", tunDevice, err)
	}
	own := &netlink.Addr{IPNet: &net.IPNet{IP: address.Addr().AsSlice(), Mask: net.CIDRMask(32, 32)}}
	for _, step := range []func() error{
		func() error { return netlink.LinkSetUp(loopback) },
		func() error { return netlink.LinkSetMTU(device, MTU) },
		func() error { return netlink.AddrAdd(device, own) },
		func() error { return netlink.LinkSetUp(device) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("%s: %w", tunDevice, err)
		}
	}
	// The route names the congestion control: that needs no write access to /proc/sys, which
	// containers mount read-only.
	route := &netlink.Route{
		LinkIndex: device.Attrs().Index, Scope: netlink.SCOPE_LINK, Congctl: congestion,
		Dst: &net.IPNet{IP: address.Masked().Addr().AsSlice(), Mask: net.CIDRMask(address.Bits(), 32)},
	}
	if err := netlink.RouteAdd(route); err != nil {
		if congestion != "" && errors.Is(err, unix.EINVAL) {
			return &UnavailableError{"the kernel has no congestion control " + congestion, "load the module tcp_" + congestion}
		}
		return fmt.Errorf("route to %v: %w", address.Masked(), err)
	}
	return nil
}
