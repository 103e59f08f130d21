"""A scene of parts, light and camera, path traced with mitsuba, and the boxes of its signs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drawing.meshes import Mesh
from drawing.surfaces import Sign, Surface

Array = NDArray[np.float64]
Point3 = tuple[float, float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A mesh and what it is made of.

    `relief` is the height of the surface's relief in texture units; `sheen` is for cloth,
    `coat` for lacquer and glaze, both 0..1.
    """

    mesh: Mesh
    surface: Surface
    relief: float = 0.0
    sheen: float = 0.0
    coat: float = 0.0
    specular: float = 0.5


@dataclass(frozen=True, slots=True)
class Lamp:
    """A rectangular soft box: where, what it points at, its sides in centimetres, its radiance."""

    at: Point3
    towards: Point3 = (0, 0, 5)
    size: tuple[float, float] = (60, 60)
    light: tuple[float, float, float] = (14, 14, 14)


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the lens is, what it is focused on, and how; angles in degrees."""

    at: Point3
    target: Point3
    fov: float = 32
    roll: float = 0
    aperture: float = 0.12
    width: int = 1000
    height: int = 800


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that is in front of the lens; `ambient` is light from all around."""

    parts: tuple[Part, ...]
    camera: Camera
    lamps: tuple[Lamp, ...]
    ambient: tuple[float, float, float] = (0.35, 0.37, 0.4)
    room: bool = field(default=True)


def engine() -> Any:
    """Mitsuba on one thread, with its compiler where one is installed."""
    import drjit as dr
    import mitsuba as mi

    if mi.variant() is None:
        mi.set_variant("llvm_ad_rgb", "scalar_rgb")
        dr.set_thread_count(1)
    return mi


def _bitmap(mi: Any, values: Array, raw: bool) -> dict[str, Any]:
    """A texture; sRGB colours are stored in bytes, measures as floats."""
    data = (
        values.astype(np.float32) if raw else np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)
    )
    if data.ndim == 2:
        data = data[..., None]
    return {"type": "bitmap", "bitmap": mi.Bitmap(data), "raw": raw, "wrap_mode": "clamp"}


def _measure(mi: Any, values: Array) -> Any:
    """A number where a measure is the same everywhere, else a texture."""
    if np.ptp(values) < 1e-6:
        return float(values.flat[0])
    return _bitmap(mi, values, raw=True)


def _material(mi: Any, part: Part) -> dict[str, Any]:
    """The BSDF of a part: principled (Burley, 2012) with relief."""
    s = part.surface
    bsdf: dict[str, Any] = {
        "type": "principled",
        "base_color": _bitmap(mi, s.colour, raw=False),
        "roughness": _measure(mi, np.maximum(s.rough, 0.03)),
        "metallic": _measure(mi, s.metal),
        "specular": part.specular,
    }
    if part.sheen:
        bsdf |= {"sheen": part.sheen, "sheen_tint": 0.5}
    if part.coat:
        bsdf |= {"clearcoat": part.coat, "clearcoat_gloss": 0.93}
    if part.relief and np.ptp(s.height) > 0:
        bump = _bitmap(mi, s.height, raw=True)
        bsdf = {"type": "bumpmap", "scale": part.relief, "arbitrary": bump, "bsdf": bsdf}
    return {"type": "twosided", "bsdf": bsdf}


def _shape(mi: Any, name: str, part: Part) -> Any:
    """The mesh of a part as a mitsuba shape."""
    m = part.mesh
    props = mi.Properties()
    props["bsdf"] = mi.load_dict(_material(mi, part))
    shape = mi.Mesh(
        name,
        len(m.points),
        len(m.faces),
        has_vertex_normals=True,
        has_vertex_texcoords=True,
        props=props,
    )
    values = mi.traverse(shape)
    # Mitsuba counts v from the bottom of a bitmap, as meshes here do.
    values["vertex_positions"] = m.points.astype(np.float32).ravel()
    values["vertex_normals"] = m.normals.astype(np.float32).ravel()
    values["vertex_texcoords"] = (m.uv * (1, -1) + (0, 1)).astype(np.float32).ravel()
    values["faces"] = m.faces.astype(np.uint32).ravel()
    values.update()
    return shape


def _lamp(mi: Any, lamp: Lamp) -> dict[str, Any]:
    place = mi.ScalarTransform4f().look_at(lamp.at, lamp.towards, (0.01, 0.02, 1))
    size = mi.ScalarTransform4f().scale((lamp.size[0] / 2, lamp.size[1] / 2, 1))
    radiance = {"type": "rgb", "value": list(lamp.light)}
    return {
        "type": "rectangle",
        "to_world": place @ size,
        "emitter": {"type": "area", "radiance": radiance},
    }


def _sensor(mi: Any, camera: Camera, lens: bool, spp: int, scale: float) -> dict[str, Any]:
    place = mi.ScalarTransform4f().look_at(camera.at, camera.target, (0, 0, 1))
    roll = mi.ScalarTransform4f().rotate((0, 0, 1), camera.roll)
    distance = float(np.linalg.norm(np.subtract(camera.target, camera.at)))
    sensor: dict[str, Any] = {
        "type": "thinlens" if lens else "perspective",
        "fov": camera.fov,
        "fov_axis": "larger",
        "to_world": place @ roll,
        "sampler": {"type": "independent", "sample_count": spp},
        "film": {
            "type": "hdrfilm",
            "width": round(camera.width * scale),
            "height": round(camera.height * scale),
            "rfilter": {"type": "box"},
            "pixel_format": "rgb",
        },
    }
    if lens:
        sensor |= {"aperture_radius": camera.aperture, "focus_distance": distance}
    return sensor


def _room() -> Array:
    """Light from all around (64, 128, 3): brighter above, with two windows and a dark floor."""
    up = np.linspace(1, 0, 64)[:, None, None]
    field = np.broadcast_to(0.25 + 0.9 * up**2, (64, 128, 3)).copy()
    field[14:34, 18:32] += 7.0
    field[16:34, 80:88] += 4.0
    field[14:34, 24:26] *= 0.3
    return field


def _loaded(mi: Any, scene: Scene) -> Any:
    ambient: dict[str, Any] = {
        "type": "constant",
        "radiance": {"type": "rgb", "value": list(scene.ambient)},
    }
    if scene.room:
        light = (_room() * np.array(scene.ambient)).astype(np.float32)
        upright = mi.ScalarTransform4f().rotate((1, 0, 0), 90)
        ambient = {"type": "envmap", "bitmap": mi.Bitmap(light), "to_world": upright}
    world: dict[str, Any] = {"type": "scene", "ambient": ambient}
    for k, part in enumerate(scene.parts):
        world[f"part{k:03d}"] = _shape(mi, f"part{k:03d}", part)
    for k, lamp in enumerate(scene.lamps):
        world[f"zlamp{k}"] = _lamp(mi, lamp)
    return mi.load_dict(world)


def trace(scene: Scene, spp: int = 48, scale: float = 1.0) -> tuple[Array, list[tuple[Sign, Box]]]:
    """The picture (H, W, 3) in linear light, and the box of every sign that can be seen.

    `spp` is light paths per pixel (noise is then removed by Open Image Denoise); `scale` below 1
    gives a smaller draft. Boxes are x0, y0, x1, y1 in pixels of the picture.
    """
    import mitsuba_oidn

    mi = engine()
    world = _loaded(mi, scene)
    layers = {
        "type": "aov",
        "aovs": "albedo:albedo,normal:sh_normal",
        "light": {"type": "path", "max_depth": 6, "rr_depth": 3},
    }
    sensor = mi.load_dict(_sensor(mi, scene.camera, True, spp, scale))
    seen = np.array(
        mi.render(world, sensor=sensor, integrator=mi.load_dict(layers), spp=spp, seed=1)
    )
    light, albedo, normal = (np.ascontiguousarray(seen[..., k : k + 3]) for k in (0, 3, 6))
    clean = mitsuba_oidn.denoise(light, np.clip(albedo, 0, 1), normal, hdr=True)
    return np.asarray(clean, dtype=float), boxes(mi, world, scene, scale)


def boxes(mi: Any, world: Any, scene: Scene, scale: float) -> list[tuple[Sign, Box]]:
    """The box of the visible pixels of every sign, by one sharp ray through each pixel."""
    camera = mi.load_dict(_sensor(mi, scene.camera, False, 1, scale))
    layers = mi.load_dict({"type": "aov", "aovs": "index:shape_index,uv:uv"})
    seen = np.array(mi.render(world, sensor=camera, integrator=layers, spp=1, seed=2))
    index, uv = np.round(seen[..., -3]).astype(int), seen[..., -2:]
    # Index 0 means that a ray met nothing.
    names = ["", *(shape.id() for shape in world.shapes())]
    found = []
    for k, part in enumerate(scene.parts):
        labels = part.surface.labels
        h, w = labels.shape
        rows = np.clip((uv[..., 1] * h).astype(int), 0, h - 1)
        cols = np.clip((uv[..., 0] * w).astype(int), 0, w - 1)
        on = index == names.index(f"part{k:03d}")
        for number, sign in enumerate(part.surface.signs, 1):
            y, x = np.nonzero(on & (labels[rows, cols] == number))
            if len(x) >= 24:
                found.append((sign, _tight(x, y)))
    return found


def _tight(x: NDArray[np.int64], y: NDArray[np.int64]) -> Box:
    """Box round pixels, less stray ones (a thousandth at each side)."""
    x0, x1 = np.quantile(x, (0.001, 0.999))
    y0, y1 = np.quantile(y, (0.001, 0.999))
    return float(x0), float(y0), float(x1) + 1, float(y1) + 1
