"""Every sentence of the report in Spanish, by the keys of the English file beside this."""

from __future__ import annotations

ES: dict[str, str] = {
    # -- the page
    "page.title": "{code} {name}: {title}",
    "page.kicker": "Informe de un sector",
    "page.contents": "Contenido",
    "page.left_out": "Lo que falta, y por qué",
    "page.left_out.none": "No falta nada.",
    "page.made": "Hecho con iomodel {version}. Todas las cifras se calcularon al escribir este "
    "archivo; la página no carga nada de fuera ni ejecuta programas.",
    "page.again": "Para repetirla: {command}",
    "hero.lead": "De cada peso de demanda final de su producto (una exportación, por ejemplo), a "
    "precio de fábrica (precios básicos), {year}:",
    "hero.imports": "centavos pagan importaciones, propias y de sus proveedores",
    "hero.produced": "centavos se producen en el país (contenido de PIB: valor agregado e "
    "impuestos a los productos)",
    "hero.residents": "centavos son ingreso de residentes una vez descontado el ingreso que consta "
    "como pagado al exterior; de {low} a {high} con todas las claves de propiedad",
    "hero.undated": "año no indicado",
    # -- identity
    "identity.title": "Ficha de identidad",
    "identity.lead": "{title}; precios: {prices}; {many} sectores.",
    "identity.projected": "No observada: {projected}.",
    "identity.grid": "Tamaño y peso del sector",
    "identity.col": "concepto",
    "identity.value": "valor",
    "identity.unit": "unidad",
    "identity.row.output": "producción",
    "identity.row.share of all output": "parte de toda la producción",
    "identity.row.value added": "valor agregado",
    "identity.row.share of GDP": "parte del PIB",
    "identity.row.exports": "exportaciones",
    "identity.row.share of all exports": "parte de todas las exportaciones",
    "identity.row.share of all exports, tourism included": "parte de todas las exportaciones, con "
    "las compras de turistas",
    "identity.row.exports over output": "exportaciones entre producción",
    "identity.row.jobs": "puestos de trabajo",
    "identity.row.share of all jobs": "parte de todos los puestos de trabajo",
    "identity.no_jobs": "Empleo: la tabla no tiene renglón de puestos de trabajo (satélite 'PT').",
    # -- multipliers
    "effects.title": "Lo que mueve un peso más",
    "effects.grid": "Multiplicadores (por {unit} de demanda final; empleo por {unit})",
    "effects.col": "de",
    "effects.direct": "directo",
    "effects.total": "total",
    "effects.multiplier": "total / directo",
    "effects.rank": "lugar entre {many}",
    "effects.note": "Total: a través de todos los proveedores nacionales y los de ellos, sin que "
    "el ingreso se vuelva a gastar. Lugar: 1 es el total más alto.",
    "effects.lacking": "Multiplicadores de {what}: la tabla no los registra.",
    "effects.row.output": "producción",
    "effects.row.value added": "valor agregado",
    "effects.row.compensation": "salarios y contribuciones sociales",
    "effects.row.imports": "importaciones",
    "effects.row.taxes": "impuestos",
    "effects.row.jobs": "empleo",
    # -- the peso
    "peso.title": "A dónde va un peso de exportación",
    "peso.lead": "Un peso de demanda final a precios básicos, seguido a través de todos los "
    "proveedores nacionales hasta que cada centavo llega a su fin. Los escalones suman 100 "
    "centavos.",
    "peso.figure": "La escalera de un peso, en centavos. Cada barra empieza donde terminó la de "
    "arriba; con rayas: a través de proveedores. Naranja sale del país, azul claro es de "
    "propiedad extranjera sin que conste su salida, azul se queda.",
    "peso.figure.plain": "La escalera de un peso, en centavos. Cada barra empieza donde terminó la "
    "de arriba; con rayas: a través de proveedores. Aquí no se descuenta del excedente el ingreso "
    "pagado al exterior.",
    "peso.alt": "Cascada: {what}.",
    "peso.axis": "centavos de un peso de demanda final",
    "peso.grid": "La escalera de un peso, en centavos",
    "peso.col": "dónde termina",
    "peso.amount": "centavos",
    "peso.direct": "del propio sector",
    "peso.indirect": "vía proveedores",
    "peso.basis": "base",
    "peso.total": "total",
    "peso.basis.table": "tabla",
    "peso.basis.key": "clave",
    "peso.basis.key, rates": "clave, tasas",
    "peso.basis.households": "hogares",
    "peso.note": "Base: tabla, solo la tabla oficial; hogares, la parte del excedente que "
    "es suya (cuentas nacionales, empleo); clave, de quién es el resto del excedente (clave "
    "'paper'); tasas, desgaste de capital e impuesto con una sola tasa para toda la economía.",
    "peso.leaves": "sale",
    "peso.foreign": "extranjero, sin salida registrada",
    "peso.stays": "se queda",
    "peso.hatched": "con rayas: vía proveedores",
    "rung.imports": "importaciones",
    "rung.product_taxes": "impuestos a los productos",
    "rung.compensation": "salarios y contrib. sociales",
    "rung.production_taxes": "otros imp. a la producción",
    "rung.surplus": "excedente bruto de operación",
    "rung.value_added": "valor agregado",
    "rung.household_and_mixed_surplus": "hogares, cuenta propia",
    "rung.national_corporate_surplus": "empresas nacionales",
    "rung.foreign_owned_depreciation": "extranjero: desgaste",
    "rung.foreign_owned_tax": "extranjero: impuesto",
    "rung.foreign_owned_profit_not_recorded": "extranjero: utilidad restante",
    "rung.interest_abroad": "intereses al exterior",
    "rung.reinvested_abroad": "utilidad ext. reinvertida",
    "rung.dividends_abroad": "dividendos al exterior",
    "rung.technology_abroad": "pagos por tecnología",
    # -- three answers, three readings
    "residents.title": "Cuánto se queda: tres respuestas, tres lecturas",
    "residents.lead": "Tres preguntas que se suelen confundir. Se produce aquí: lo que se suma al "
    "PIB. Es de residentes: el PIB menos el ingreso de dueños y acreedores extranjeros, en tres "
    "lecturas. Se vuelve a gastar aquí: con las rondas de ingreso que siguen, por lo que puede "
    "pasar de 100.",
    "residents.figure": "Centavos de un peso de demanda final; bigote: mínimo y máximo con tres "
    "claves de propiedad en tres niveles, o con dos reglas de regasto.",
    "residents.alt": "Barras: {what}.",
    "residents.three": "Las tres respuestas, en centavos de un peso de demanda final",
    "residents.col": "respuesta",
    "residents.low": "bajo",
    "residents.central": "central",
    "residents.high": "alto",
    "residents.row.produced: value added": "producido: valor agregado",
    "residents.row.produced: GDP content": "producido: contenido de PIB",
    "residents.row.residents: recorded": "residentes: registrado",
    "residents.row.residents: owned_net": "residentes: propiedad, neto",
    "residents.row.residents: owned_gross": "residentes: propiedad, bruto (cota)",
    "residents.row.spent again: wages": "regasto: solo salarios",
    "residents.row.spent again: all income": "regasto: todo el ingreso",
    "residents.bands": "Ingreso de residentes (contenido de INB, precios de mercado) con cada "
    "clave, en centavos",
    "residents.bands.col": "lectura y clave",
    "residents.reading.recorded": "registrado: clave {key}",
    "residents.reading.owned_net": "propiedad, neto: clave {key}",
    "residents.reading.owned_gross": "propiedad, bruto (cota): clave {key}",
    "residents.note.readings": "Registrado: lo que según la balanza de pagos salió del país, un "
    "total nacional repartido entre sectores con la clave. Propiedad, neto: el excedente de "
    "actividades de propiedad extranjera menos desgaste de capital, impuesto e intereses. "
    "Propiedad, bruto: una cota superior, no un ingreso.",
    "residents.note.levels": "Bajo, central y alto son niveles de la clave. Ninguna clave es un "
    "censo: 'paper' sigue las palabras de un artículo, 'amne' estimaciones de la OCDE, 'neutral' "
    "da la misma parte al excedente de toda empresa. Por industria no se registra ingreso al "
    "exterior. Regasto, todo el ingreso: la regla marginal y la del año base; ninguna es una cota.",
    "residents.excess": "Propiedad, neto, junto a lo registrado: {excess}.",
    "residents.cannot": "Lo que la tabla no puede decir",
    # -- quadrants
    "links.title": "Cómo se encadena el sector",
    "links.lead": "Clase según los dos índices de Rasmussen: {kind}. Hacia atrás: con qué fuerza "
    "arrastra el sector a sus proveedores; hacia adelante: con qué fuerza lo arrastran los demás; "
    "1 es el promedio.",
    "links.class.key": "clave",
    "links.class.backward": "hacia atrás",
    "links.class.forward": "hacia adelante",
    "links.class.independent": "independiente",
    "links.class.inactive": "sin producción",
    "links.figure": "Sectores clave: cada marca es un sector, las líneas son el promedio y el "
    "sector lleva un círculo. Cuadros: clave, sobre el promedio en ambos; triángulos: hacia "
    "atrás; rombos: hacia adelante; puntos: ninguno.",
    "links.alt": "Dispersión de todos los sectores por encadenamiento hacia atrás y hacia "
    "adelante; {name} en {x} y {y}.",
    "links.x": "encadenamiento hacia atrás (promedio = 1)",
    "links.y": "encadenamiento hacia adelante (promedio = 1)",
    "links.grid": "Índices de encadenamiento (sin unidad; el promedio es 1 salvo que la fórmula "
    "diga otra cosa)",
    "links.col": "índice",
    "links.value": "valor",
    "links.rank": "lugar entre {many}",
    "links.formula": "fórmula",
    "links.more": "Una selección; los {many} índices están en el libro (-o NOMBRE.xlsx).",
    # -- ribbons
    "ribbons.title": "Las fugas de un peso",
    "ribbons.figure": "El mismo peso como cintas, en centavos: lo gasta el propio sector o pasa a "
    "proveedores nacionales, y dónde terminan ambos.",
    "ribbons.alt": "Cintas de un peso a sus fines: {what}.",
    "ribbons.peso": "un peso",
    "ribbons.direct": "el sector",
    "ribbons.indirect": "proveedores",
    "ribbons.negative": "un escalón es menor que cero ({what}), y una cinta no puede mostrarlo; "
    "véase la escalera",
    # -- suppliers and clients
    "trade.title": "Proveedores y clientes",
    "trade.suppliers": "Principales proveedores",
    "trade.suppliers.figure": "Los diez mayores proveedores nacionales, {unit}.",
    "trade.suppliers.alt": "Barras de los diez mayores proveedores nacionales.",
    "trade.suppliers.col": "proveedor",
    "trade.purchases": "compras, {unit}",
    "trade.direct": "centavos por peso de producción",
    "trade.total": "centavos, con los proveedores de proveedores",
    "trade.imports": "insumos importados, todos los productos",
    "trade.clients": "Principales clientes",
    "trade.clients.figure": "Los diez mayores clientes, sectores y demanda final, {unit}.",
    "trade.clients.alt": "Barras de los diez mayores clientes.",
    "trade.clients.col": "cliente",
    "trade.sales": "ventas, {unit}",
    "trade.share": "% de la producción",
    "trade.note": "Compras a proveedores nacionales a precios básicos, incluidos los productos del "
    "propio sector. La columna con proveedores de proveedores cuenta toda la producción que mueve "
    "un peso de demanda final; en suma puede pasar de 100 centavos.",
    "demand.private_consumption": "Consumo privado",
    "demand.government_consumption": "Consumo de gobierno",
    "demand.fixed_investment": "Inversión fija",
    "demand.inventories": "Variación de existencias",
    "demand.exports": "Exportaciones",
    "demand.discrepancy": "Discrepancia estadística",
    "demand.imports": "Importaciones (con signo menos)",
    "demand.final_demand": "Demanda final",
    # -- extraction
    "loss.title": "Lo que se perdería sin él",
    "loss.lead": "Extracción hipotética: la producción y el valor agregado que desaparecen en todo "
    "el país, los del propio sector incluidos, si nadie toma su lugar. Mide cuánto depende del "
    "sector; no es un pronóstico.",
    "loss.grid": "Pérdidas de todo el país",
    "loss.col": "si el sector",
    "loss.output": "producción, {unit}",
    "loss.output_percent": "% del total",
    "loss.value_added": "valor agregado, {unit}",
    "loss.value_added_percent": "% del total",
    "loss.row.complete": "desaparece",
    "loss.row.backward": "no compra nada aquí",
    "loss.row.backward_others": "no compra nada a otros sectores",
    "loss.row.forward": "no vende nada a productores",
    "loss.row.forward_others": "no vende nada a otros productores",
    "loss.row.forward_ghosh": "no vende nada a productores (lado de la oferta)",
    # -- settings
    "settings.title": "Seis escenarios de 2013, con bandas",
    "settings.lead": "Otra tabla y otro año: México 2013, proyectada, con la matriz de "
    "contabilidad social construida con ella. Tres modelos (abierto; salarios y excedente se "
    "vuelven a gastar, tipo II; todo el flujo circular, MCS), cada uno sin y con ingreso pagado "
    "al exterior. No se mezclen estas cifras con las de {year} de arriba.",
    "settings.figure": "Ingreso de residentes (INB) por peso de demanda final, en centavos, 2013; "
    "bigote: mínimo y máximo con tres claves en tres niveles, donde se calcularon.",
    "settings.alt": "Barras: {what}.",
    "settings.grid": "Por peso de demanda final, en centavos",
    "settings.col": "modelo, ingreso al exterior",
    "settings.output": "producción",
    "settings.gva": "valor agregado",
    "settings.gdp": "PIB",
    "settings.gni": "INB",
    "settings.bands": "Cuánto dependen de la clave, en centavos",
    "settings.bands.col": "cifra",
    "settings.row.open": "abierto",
    "settings.row.type II": "tipo II",
    "settings.row.SAM": "MCS",
    "settings.row.without": "sin",
    "settings.row.with": "con",
    "settings.row.with, propensity held": "con, propensión fija",
    "settings.row.with, base year kept": "con, año base",
    "settings.band.type II output": "tipo II: producción, propensión fija",
    "settings.band.SAM output": "MCS: producción, propensión fija",
    "settings.band.SAM gni": "MCS: INB, propensión fija",
    "settings.band.recorded": "abierto: INB, registrado",
    "settings.band.owned net": "abierto: INB, propiedad neto",
    "settings.band.owned gross": "abierto: INB, propiedad bruto (cota)",
    "settings.note": "Propensión fija: lo que hace un cambio en la repatriación. Año base: el "
    "modelo reproduce el consumo observado. Central: clave 'paper' en su nivel central.",
    "settings.not_mexico": "solo se calculan para México",
    "settings.no_sector": "las tablas de 2013 no tienen el sector '{code}'",
    # -- checks
    "checks.title": "¿Cuadra la tabla?",
    "checks.lead": "Cada identidad contable de la tabla, su mayor diferencia y la que admite el "
    "redondeo ({unit}).",
    "checks.grid": "Comprobaciones",
    "checks.col": "identidad",
    "checks.residual": "mayor diferencia",
    "checks.tolerance": "admitida",
    "checks.worst": "dónde",
    "checks.holds": "cumple",
    "checks.yes": "sí",
    "checks.no": "NO",
    # -- sources
    "sources.title": "Fuentes y supuestos",
    "sources.source": "Fuente de la tabla: {source}.",
    "sources.licence": "Licencia: {licence}.",
    "sources.sha256": "sha256 del archivo oficial: {sha256}",
    "sources.figures": "sha256 de las cifras usadas (etiquetas, Z, Y, V, W, x): {sha256}",
    "sources.assumptions": "Supuestos",
    "sources.history": "Cómo se hizo la tabla",
    # -- the workbook
    "book.report": "Informe",
    "book.notes": "Notas",
    "book.sheet": "hoja",
    "book.holds": "contiene",
    "book.live": "Modelo vivo",
    "book.live.lead": "Fórmulas vivas: cambie una demanda final (columna C, amarilla) y la "
    "producción la sigue. L = MINVERSE(I - A), x = MMULT(L, f). Diferencia: vivo menos nuestro.",
    "book.live.too_large": "Fórmulas vivas: la tabla tiene {many} sectores; la hoja con MINVERSE "
    "se escribe hasta {most}.",
    "book.live.sector": "sector",
    "book.live.name": "nombre",
    "book.live.demand": "demanda final f, {unit}",
    "book.live.output": "producción x, nuestra",
    "book.live.live": "producción x, viva",
    "book.live.difference": "diferencia",
    "book.live.multiplier": "multiplicador, nuestro",
    "book.live.multiplier_live": "multiplicador, vivo",
    "book.live.flows": "Z, compras del sector (columna) al sector (renglón), {unit}",
    "book.live.identity": "I - A",
    "book.live.inverse": "L = MINVERSE(I - A)",
}
